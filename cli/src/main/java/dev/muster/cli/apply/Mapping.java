package dev.muster.cli.apply;

import dev.muster.server.config.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of a setup file. What is wrong becomes a problem with its line and reads as absent, so that all mistakes
 * are found at once. Every key that may stand in it is asked for; {@link #close} then reports the others. For one
 * thread.
 */
final class Mapping implements AutoCloseable {
    private final String path;
    private final MappingNode node;
    private final Problems problems;
    private final Map<String, NodeTuple> members = new LinkedHashMap<>();
    private final TreeSet<String> known = new TreeSet<>();

    /** @param path to it, empty for the whole file */
    Mapping(String path, MappingNode node, Problems problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
        for (NodeTuple member : node.getValue()) {
            String key = member.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (members.put(key, member) != null) {
                problems.add(line(member.getKeyNode()), place(key), "it is there twice");
            }
        }
    }

    int line() {
        return line(node);
    }

    boolean has(String key) {
        known.add(key);
        return members.containsKey(key);
    }

    /** Whether a text, or nothing, stands where keys could. */
    boolean isText(String key) {
        return value(key).filter(ScalarNode.class::isInstance).isPresent();
    }

    /** Numbers and the like are taken as they are written. */
    Optional<String> text(String key) {
        return value(key).flatMap(value -> text(value, key));
    }

    Optional<String> required(String key) {
        if (!has(key)) {
            problem("", "it lacks '" + key + "'");
        }
        return text(key);
    }

    Optional<String> choice(String key, List<String> choices) {
        return text(key).flatMap(text -> {
            Optional<String> chosen =
                    choices.stream().filter(text::equalsIgnoreCase).findFirst();
            if (chosen.isEmpty()) {
                problem(key, "'" + text + "' is none of " + String.join(", ", choices));
            }
            return chosen;
        });
    }

    Optional<Boolean> flag(String key) {
        return choice(key, List.of("true", "false")).map(Boolean::valueOf);
    }

    Optional<Integer> number(String key, int least, int most) {
        return text(key).flatMap(text -> {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return Optional.of(number);
                }
            } catch (NumberFormatException _) {
                // Reported below, as a number that is too large is.
            }
            problem(key, "it must be a whole number from " + least + " to " + most);
            return Optional.empty();
        });
    }

    /** Empty where it is left out, or wrong. */
    Optional<List<String>> texts(String key) {
        return value(key).flatMap(value -> {
            if (!(value instanceof SequenceNode sequence)) {
                problem(key, "it must be a list of texts");
                return Optional.empty();
            }
            List<String> texts = new ArrayList<>();
            sequence.getValue().forEach(item -> text(item, key).ifPresent(texts::add));
            return Optional.of(texts);
        });
    }

    Optional<Mapping> mapping(String key) {
        return value(key).flatMap(value -> mapping(value, place(key)));
    }

    /** A list of mappings; empty where it is left out, or wrong. */
    Optional<List<Mapping>> mappings(String key) {
        return value(key).flatMap(value -> {
            if (!(value instanceof SequenceNode sequence)) {
                problem(key, "it must be a list");
                return Optional.empty();
            }
            List<Mapping> found = new ArrayList<>();
            int number = 0;
            for (Node item : sequence.getValue()) {
                mapping(item, place(key) + "[" + number++ + "]").ifPresent(found::add);
            }
            return Optional.of(found);
        });
    }

    /** Any JSON object. */
    Optional<Map<String, Object>> json(String key) {
        return value(key).flatMap(value -> {
            if (value instanceof MappingNode map) {
                return new JsonValues().object(map).or(() -> {
                    problem(key, "it is too large or too deep for a twin, or a key in it is none");
                    return Optional.empty();
                });
            }
            problem(key, "it must hold keys of its own");
            return Optional.empty();
        });
    }

    /** @param key empty for the mapping itself */
    void problem(String key, String rule) {
        NodeTuple member = members.get(key);
        problems.add(member == null ? line() : line(member.getKeyNode()), key.isEmpty() ? path : place(key), rule);
    }

    /** Reports the keys that nobody asked for, each with the nearest one that there is. */
    @Override
    public void close() {
        members.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problem(key, "there is no such key; did you mean '" + Nearest.to(key, known) + "'?"));
    }

    private Optional<Mapping> mapping(Node value, String place) {
        if (value instanceof MappingNode map) {
            return Optional.of(new Mapping(place, map, problems));
        }
        problems.add(line(value), place, "it must hold keys of its own");
        return Optional.empty();
    }

    private Optional<Node> value(String key) {
        known.add(key);
        return Optional.ofNullable(members.get(key)).map(NodeTuple::getValueNode);
    }

    private Optional<String> text(Node value, String key) {
        if (!(value instanceof ScalarNode scalar)) {
            problem(key, "it must be a text");
            return Optional.empty();
        }
        if (scalar.getTag().equals(Tag.NULL) || scalar.getValue().isBlank()) {
            problem(key, "it has no value");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    private String place(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
}
