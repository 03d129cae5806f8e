package dev.muster.server.config;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One mapping of the configuration file. Every key that may stand in it is asked for; {@link #close} then refuses those
 * that nobody asked for. For one thread.
 */
final class Section implements AutoCloseable {
    private static final List<String> DURATION_UNITS = List.of("s", "m", "h", "d");
    private final String path;
    private final Map<?, ?> values;
    private final TreeSet<String> known = new TreeSet<>();

    Section(String path, Map<?, ?> values) {
        this.path = path;
        this.values = values;
    }

    Optional<String> text(String key) {
        return value(key).map(value -> {
            if (value instanceof String || value instanceof Number) {
                return value.toString();
            }
            throw refused(key, "it must be a text");
        });
    }

    Optional<Integer> number(String key, int least, int most) {
        return value(key).map(value -> {
            if (value instanceof Integer number && number >= least && number <= most) {
                return number;
            }
            throw refused(key, "it must be a whole number from " + least + " to " + most);
        });
    }

    /** Such as {@code 30s}, {@code 15m}, {@code 12h} or {@code 7d}. */
    Optional<Duration> duration(String key) {
        return text(key).map(text -> {
            String unit = text.isEmpty() ? "" : text.substring(text.length() - 1);
            try {
                if (DURATION_UNITS.contains(unit)) {
                    return Duration.parse(unit.equals("d") ? "P" + text : "PT" + text);
                }
            } catch (DateTimeParseException e) {
                throw refused(key, "'" + text + "' is no duration; write it like 30s, 15m, 12h or 7d");
            }
            throw refused(key, "'" + text + "' lacks its unit; write it like 30s, 15m, 12h or 7d");
        });
    }

    List<String> texts(String key) {
        return list(key).stream()
                .map(value -> {
                    if (value instanceof String text) {
                        return text;
                    }
                    throw refused(key, "it must be a list of texts");
                })
                .toList();
    }

    /** A mapping below this one; an empty one where it is left out. */
    <T> T section(String key, Function<Section, T> reader) {
        return read(path + key + ".", value(key).orElse(Map.of()), key, reader);
    }

    /** A list of mappings below this one; empty where it is left out. */
    <T> List<T> sections(String key, Function<Section, T> reader) {
        List<?> items = list(key);
        return items.stream()
                .map(item -> read(path + key + "[" + items.indexOf(item) + "].", item, key, reader))
                .toList();
    }

    /** @throws Refusal INVALID_ARGUMENT for a key that nobody asked for, with the nearest one that exists */
    @Override
    public void close() {
        for (Object key : values.keySet()) {
            String name = String.valueOf(key);
            if (!known.contains(name)) {
                throw refused(name, "there is no such key; did you mean '" + Nearest.to(name, known) + "'?");
            }
        }
    }

    Refusal refused(String key, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The configuration is not valid.",
                new Explanation(path + key, rule, "correct the configuration file"));
    }

    private <T> T read(String below, Object value, String key, Function<Section, T> reader) {
        if (!(value instanceof Map<?, ?> map)) {
            throw refused(key, "it must hold keys of its own");
        }
        try (Section section = new Section(below, map)) {
            return reader.apply(section);
        }
    }

    private List<?> list(String key) {
        return value(key)
                .<List<?>>map(value -> {
                    if (value instanceof List<?> list) {
                        return list;
                    }
                    throw refused(key, "it must be a list");
                })
                .orElse(List.of());
    }

    private Optional<Object> value(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }
}
