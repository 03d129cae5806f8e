package dev.muster.cli.apply;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * YAML as plain JSON values. A few aliases can stand for more values than any memory holds, so they are counted. For
 * one value and one thread.
 */
final class JsonValues {
    /** More than fits into a twin, which has 8 KB of tags and 32 KB of properties. */
    private static final int MAX_VALUES = 10_000;

    /** Azure allows ten. */
    private static final int MAX_DEPTH = 20;

    private int count;

    /** Empty when there is more in it than in any twin, or keys or numbers that JSON does not have. */
    Optional<Map<String, Object>> object(MappingNode node) {
        try {
            return Optional.of(object(node, 0));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Map<String, Object> object(MappingNode node, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (NodeTuple member : node.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)
                    || object.put(key.getValue(), value(member.getValueNode(), depth + 1)) != null) {
                throw new IllegalArgumentException("a key is no text, or there twice");
            }
        }
        return object;
    }

    private Object value(Node node, int depth) {
        if (++count > MAX_VALUES || depth > MAX_DEPTH) {
            throw new IllegalArgumentException("too large or too deep");
        }
        return switch (node) {
            case MappingNode mapping -> object(mapping, depth);
            case SequenceNode sequence -> {
                List<Object> items = new ArrayList<>();
                sequence.getValue().forEach(item -> items.add(value(item, depth + 1)));
                yield items;
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalArgumentException("no JSON");
        };
    }

    private static Object scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            throw new IllegalArgumentException("a twin has no null");
        }
        if (tag.equals(Tag.BOOL)) {
            return Boolean.valueOf(text);
        }
        if (tag.equals(Tag.INT)) {
            return Long.valueOf(text);
        }
        return tag.equals(Tag.FLOAT) ? (Object) Double.valueOf(text) : text;
    }
}
