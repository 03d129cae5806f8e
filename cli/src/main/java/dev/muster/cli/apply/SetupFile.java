package dev.muster.cli.apply;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.pki.Certificate;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a setup file with all that it names, and finds every mistake that can be found without a server. */
public final class SetupFile {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_WEIGHT = 1000;

    private final Problems problems;
    private final Sources sources;

    private SetupFile(Problems problems, Sources sources) {
        this.problems = problems;
        this.sources = sources;
    }

    /**
     * @param environment where connection strings may be
     * @throws Refusal INVALID_ARGUMENT, with all mistakes and their lines
     */
    public static Setup read(Path file, Map<String, String> environment) throws IOException {
        Problems problems = new Problems(file.toString());
        MappingNode root = parse(file);
        Path base = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
        Setup setup;
        try (Mapping mapping = new Mapping("", root, problems)) {
            setup = new SetupFile(problems, new Sources(base, environment)).setup(file, mapping);
        }
        problems.check();
        return setup;
    }

    private Setup setup(Path file, Mapping root) {
        EntryReader entries = new EntryReader(sources);
        return new Setup(
                file.toString(),
                section(root, "certificates", this::certificate),
                section(root, "hubs", this::hub),
                root.choice("allocation-policy", List.of("Hashed", "GeoLatency", "Static"))
                        .map(policy -> new Declared.AllocationPolicy(root.line(), policy)),
                section(root, "policies", this::policy),
                new Setup.Entries(
                        section(root, "groups", entries::group),
                        section(root, "enrollments", entries::enrollment),
                        section(root, "devices", entries::device)));
    }

    private <T extends Declared> Optional<List<T>> section(
            Mapping root, String key, Function<Mapping, Optional<T>> reader) {
        return root.mappings(key).map(items -> {
            List<T> declared = items.stream()
                    .flatMap(item -> {
                        try (item) {
                            return reader.apply(item).stream();
                        }
                    })
                    .toList();
            Set<String> names = new HashSet<>();
            declared.stream()
                    .filter(item -> !names.add(item.name().toLowerCase(Locale.ROOT)))
                    .forEach(item -> problems.add(
                            item.line(), key, "the " + item.kind().title() + " '" + item.name() + "' is there twice"));
            return declared;
        });
    }

    private Optional<Declared.CaCertificate> certificate(Mapping item) {
        Optional<String> name = item.required("name");
        Optional<Certificate> certificate = sources.requiredCertificate(item, "file");
        boolean vouchedFor = item.flag("verified").orElse(false);
        boolean proves = item.has("key");
        if (proves && vouchedFor) {
            item.problem("verified", "with 'key' its possession is proved; leave one of the two out");
        }
        Optional<Path> key = sources.path(item, "key");
        Optional<char[]> password = sources.text(item, "key-password-file").map(String::toCharArray);
        if (name.isEmpty() || certificate.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Declared.CaCertificate(
                item.line(),
                name.get(),
                certificate.get(),
                key.flatMap(file -> sources.issuer(item, certificate.get(), file, password)),
                vouchedFor));
    }

    private Optional<Declared.Hub> hub(Mapping item) {
        Optional<String> name = item.text("name");
        Optional<String> text = sources.text(item, "connection-string-file")
                .or(() -> sources.variable(item, "connection-string-environment"));
        Map<String, Object> terms = new LinkedHashMap<>();
        item.number("weight", 1, MAX_WEIGHT).ifPresent(weight -> terms.put("allocationWeight", weight));
        item.flag("assign").ifPresent(assign -> terms.put("applyAllocationPolicy", assign));
        item.text("location").ifPresent(location -> terms.put("location", location));
        boolean linked = item.has("connection-string-file") || item.has("connection-string-environment");
        if (linked == item.has("name")) {
            item.problem(
                    "",
                    "it needs 'name' for a hub of this server, or 'connection-string-file' or"
                            + " 'connection-string-environment' for one of another");
            return Optional.empty();
        }
        try {
            Optional<ConnectionString> connectionString =
                    text.map(found -> ConnectionString.parse(found, "the connection string"));
            return name.or(() -> connectionString.map(ConnectionString::host))
                    .map(host -> new Declared.Hub(item.line(), host, connectionString, terms));
        } catch (Refusal refusal) {
            item.problem("", Sources.reason(refusal));
            return Optional.empty();
        }
    }

    private Optional<Declared.Policy> policy(Mapping item) {
        Optional<String> name = item.required("name");
        Optional<String> hub = item.text("hub");
        if (!item.has("rights")) {
            item.problem("", "it lacks 'rights'");
        }
        Set<Right> rights = new TreeSet<>();
        for (String wanted : item.texts("rights").orElse(List.of())) {
            Stream.of(Right.values())
                    .filter(right -> right.wireName().equalsIgnoreCase(wanted))
                    .findFirst()
                    .ifPresentOrElse(rights::add, () -> item.problem("rights", "'" + wanted + "' is none"));
        }
        return name.map(policy -> new Declared.Policy(
                item.line(), policy, hub, rights.stream().map(Right::wireName).toList()));
    }

    private static MappingNode parse(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw refused(file, "it is larger than " + MAX_BYTES / 1024 / 1024 + " MB");
            }
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setCodePointLimit(MAX_BYTES)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(file));
            return root.filter(MappingNode.class::isInstance)
                    .map(MappingNode.class::cast)
                    .orElseThrow(() -> refused(file, "it holds no sections, such as certificates and groups"));
        } catch (NoSuchFileException e) {
            throw refused(file, "there is no such file");
        } catch (MalformedInputException e) {
            throw refused(file, "it is not UTF-8");
        } catch (MarkedYamlEngineException e) {
            // Its message would show the line, on which a secret may stand.
            throw refused(
                    file,
                    "it is not YAML, line "
                            + (e.getProblemMark().map(Mark::getLine).orElse(0) + 1) + ": " + e.getProblem());
        } catch (YamlEngineException e) {
            throw refused(file, "it is not YAML: " + e.getMessage());
        }
    }

    private static Refusal refused(Path file, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The setup file is not valid; nothing was changed.",
                new Explanation(file.toString(), rule, "correct the file and apply it again"));
    }
}
