package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Individual enrollments in a file, read one by one: a JSON array of them, JSON with one on each line, or CSV whose
 * first line names the columns. For one thread.
 */
public final class EnrollmentFile implements AutoCloseable {
    /** What a CSV file may say of a device; only the first is needed. */
    public static final List<String> COLUMNS = List.of(
            "registrationId",
            "deviceId",
            "certificate",
            "primaryKey",
            "secondaryKey",
            "endorsementKey",
            "provisioningStatus",
            "allocationPolicy",
            "iotHubs",
            "iotEdge",
            "tags",
            "desired");

    /** The file stays open at the end of its JSON, since it is asked how much of it was read. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .build())
            .build();

    private final FileInputStream stream;
    private final long size;
    private final Source source;

    private EnrollmentFile(FileInputStream stream) throws IOException {
        this.stream = stream;
        this.size = stream.getChannel().size();
        PushbackReader reader =
                new PushbackReader(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)));
        this.source = switch (first(reader)) {
            case '[' -> new JsonArray(reader);
            case '{' -> new JsonLines(reader);
            default -> new Table(reader);
        };
    }

    /** @throws IOException when it cannot be read, or names a column that there is not */
    public static EnrollmentFile open(Path file) throws IOException {
        FileInputStream stream = new FileInputStream(file.toFile());
        try {
            return new EnrollmentFile(stream);
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /**
     * One enrollment, or why it is none.
     *
     * @param line on which it stands, counted from 1
     * @param problem empty where there is an enrollment
     */
    public record Entry(int line, Optional<Document> enrollment, String problem) {
        static Entry of(int line, Document enrollment) {
            return new Entry(line, Optional.of(enrollment), "");
        }

        static Entry wrong(int line, String problem) {
            return new Entry(line, Optional.empty(), problem);
        }
    }

    /** Something to read from until there is no more. */
    @FunctionalInterface
    private interface Source {
        Optional<Entry> next() throws IOException;
    }

    /** The next one; empty at the end of the file. */
    public Optional<Entry> next() throws IOException {
        return source.next();
    }

    /** How much of the file has been read, from 0 to 1. */
    public double progress() throws IOException {
        return size == 0 ? 1 : (double) stream.getChannel().position() / size;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    private static int first(PushbackReader reader) throws IOException {
        int first = reader.read();
        while (first == '\uFEFF' || Character.isWhitespace(first)) {
            first = reader.read();
        }
        if (first >= 0) {
            reader.unread(first);
        }
        return first;
    }

    private static final class JsonArray implements Source {
        private final MappingIterator<JsonNode> items;

        JsonArray(Reader reader) {
            this.items = MAPPER.readerFor(JsonNode.class).readValues(reader);
        }

        @Override
        public Optional<Entry> next() throws IOException {
            try {
                if (!items.hasNextValue()) {
                    return Optional.empty();
                }
                int line = items.parser().currentTokenLocation().getLineNr();
                return Optional.of(entry(line, items.nextValue()));
            } catch (JacksonException e) {
                throw new IOException("line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
            }
        }
    }

    private static final class JsonLines implements Source {
        private final Iterator<String> lines;
        private int line;

        JsonLines(Reader reader) {
            this.lines = new BufferedReader(reader).lines().iterator();
        }

        @Override
        public Optional<Entry> next() {
            while (lines.hasNext()) {
                String text = lines.next();
                line++;
                if (!text.isBlank()) {
                    return Optional.of(parse(text));
                }
            }
            return Optional.empty();
        }

        private Entry parse(String text) {
            try {
                return entry(line, MAPPER.readTree(text));
            } catch (JacksonException e) {
                return Entry.wrong(line, "it is not JSON: " + e.getOriginalMessage());
            }
        }
    }

    private static final class Table implements Source {
        private final Csv csv;
        private final List<String> columns;

        Table(Reader reader) throws IOException {
            this.csv = new Csv(reader);
            this.columns = csv.next().map(Csv.Fields::values).orElse(List.of()).stream()
                    .map(Table::column)
                    .toList();
            if (columns.contains("")) {
                throw new IOException("The first line must name columns out of: " + String.join(", ", COLUMNS) + ".");
            }
        }

        /** Whatever its case; empty if there is no such column. */
        private static String column(String heading) {
            return COLUMNS.stream()
                    .filter(name -> name.equalsIgnoreCase(heading))
                    .findFirst()
                    .orElse("");
        }

        @Override
        public Optional<Entry> next() throws IOException {
            return csv.next().map(this::entry);
        }

        private Entry entry(Csv.Fields fields) {
            List<String> values = fields.values();
            if (values.size() != columns.size()) {
                return Entry.wrong(
                        fields.line(), "it has " + values.size() + " values for " + columns.size() + " columns");
            }
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                if (!values.get(i).isBlank()) {
                    named.put(columns.get(i), values.get(i));
                }
            }
            try {
                return EnrollmentFile.entry(fields.line(), MAPPER.valueToTree(enrollment(named)));
            } catch (JacksonException e) {
                return Entry.wrong(fields.line(), "tags or desired are not JSON: " + e.getOriginalMessage());
            }
        }
    }

    private static Entry entry(int line, JsonNode node) {
        if (!node.isObject()) {
            return Entry.wrong(line, "it is not a JSON object");
        }
        if (node.path("registrationId").asString("").isBlank()) {
            return Entry.wrong(line, "it has no registrationId");
        }
        return Entry.of(line, Document.ofObject(node));
    }

    private static Map<String, Object> enrollment(Map<String, String> row) {
        Map<String, Object> body = new LinkedHashMap<>();
        for (String name : List.of("registrationId", "deviceId", "provisioningStatus", "allocationPolicy")) {
            Optional.ofNullable(row.get(name)).ifPresent(value -> body.put(name, value));
        }
        Optional.ofNullable(row.get("iotHubs"))
                .ifPresent(hubs -> body.put("iotHubs", List.of(hubs.strip().split("[;\\s]+"))));
        Optional.ofNullable(row.get("iotEdge"))
                .ifPresent(edge -> body.put(
                        "capabilities", Map.of("iotEdge", Boolean.parseBoolean(edge.toLowerCase(Locale.ROOT)))));
        if (row.containsKey("tags") || row.containsKey("desired")) {
            body.put(
                    "initialTwin",
                    Map.of(
                            "tags", MAPPER.readTree(row.getOrDefault("tags", "{}")),
                            "properties", Map.of("desired", MAPPER.readTree(row.getOrDefault("desired", "{}")))));
        }
        body.put("attestation", attestation(row));
        return body;
    }

    /** A certificate or a TPM where the row has one, else keys, which the server makes where they are missing. */
    private static Map<String, Object> attestation(Map<String, String> row) {
        String certificate = row.get("certificate");
        String endorsementKey = row.get("endorsementKey");
        if (certificate != null) {
            return Map.of(
                    "type",
                    "x509",
                    "x509",
                    Map.of("clientCertificates", Map.of("primary", Map.of("certificate", certificate))));
        }
        if (endorsementKey != null) {
            return Map.of("type", "tpm", "tpm", Map.of("endorsementKey", endorsementKey));
        }
        return Map.of(
                "type",
                "symmetricKey",
                "symmetricKey",
                Map.of(
                        "primaryKey", row.getOrDefault("primaryKey", ""),
                        "secondaryKey", row.getOrDefault("secondaryKey", "")));
    }
}
