package dev.muster.cli.client.owner;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads records of comma-separated values (RFC 4180). For one thread. */
final class Csv {
    /** A field longer than this is a quote that was never closed. */
    private static final int MAX_FIELD = 64 * 1024;

    private final BufferedReader reader;
    private int line = 1;
    private int pushedBack = -1;

    Csv(Reader reader) {
        this.reader = new BufferedReader(reader);
    }

    /** @param line on which it begins, counted from 1 */
    record Fields(int line, List<String> values) {}

    /**
     * The next record that is not an empty line.
     *
     * @throws IOException also for a quote that is never closed
     */
    Optional<Fields> next() throws IOException {
        while (true) {
            int start = line;
            int first = read();
            if (first < 0) {
                return Optional.empty();
            }
            pushedBack = first;
            List<String> values = new ArrayList<>();
            boolean more = true;
            while (more) {
                more = field(values, start);
            }
            if (values.size() > 1 || !values.getFirst().isBlank()) {
                return Optional.of(new Fields(start, List.copyOf(values)));
            }
        }
    }

    /** @return whether another one follows in the same record */
    private boolean field(List<String> values, int start) throws IOException {
        StringBuilder field = new StringBuilder();
        int next = read();
        boolean quoted = next == '"';
        if (quoted) {
            quoted(field, start);
            next = read();
        }
        while (next >= 0 && next != ',' && next != '\n') {
            if (next != '\r') {
                field.append((char) next);
            }
            next = read();
        }
        values.add(quoted ? field.toString() : field.toString().strip());
        return next == ',';
    }

    /** Up to the closing quote; two quotes are one. */
    private void quoted(StringBuilder field, int start) throws IOException {
        while (field.length() < MAX_FIELD) {
            int next = read();
            if (next == '"') {
                int after = read();
                if (after != '"') {
                    pushedBack = after;
                    return;
                }
            }
            if (next < 0) {
                break;
            }
            field.append((char) next);
        }
        throw new IOException("line " + start + ": a quote is opened and not closed");
    }

    private int read() throws IOException {
        int character = pushedBack;
        pushedBack = -1;
        if (character < 0) {
            character = reader.read();
            line += character == '\n' ? 1 : 0;
        }
        return character;
    }
}
