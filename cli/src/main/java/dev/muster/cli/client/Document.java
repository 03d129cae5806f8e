package dev.muster.cli.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A JSON object from a server, or for one. Immutable. */
public final class Document {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonNode node;

    private Document(JsonNode node) {
        this.node = node;
    }

    /** Of plain values: texts, numbers, booleans, lists, maps and other documents' values. */
    public static Document of(Map<String, ?> members) {
        return new Document(MAPPER.valueToTree(new LinkedHashMap<>(members)));
    }

    public static Document ofObject(JsonNode object) {
        return new Document(object);
    }

    /** As values of members of other documents. */
    public static List<Object> values(List<Document> documents) {
        return documents.stream().<Object>map(document -> document.node).toList();
    }

    public static Document parse(byte[] json) {
        return tryParse(json)
                .orElseThrow(() -> new IllegalArgumentException("the server's answer is not a JSON object"));
    }

    public static Optional<Document> tryParse(byte[] json) {
        return read(json).filter(JsonNode::isObject).map(Document::new);
    }

    /** The objects of a JSON array, or of the array in the member {@code value}. */
    public static List<Document> parseList(byte[] json) {
        JsonNode root = read(json).orElseThrow(() -> new IllegalArgumentException("the server's answer is not JSON"));
        return list(root.isObject() ? root.path("value") : root);
    }

    /** The same but for one member of this object. */
    public Document with(String name, Object value) {
        ObjectNode copy = (ObjectNode) node.deepCopy();
        copy.set(name, MAPPER.valueToTree(value));
        return new Document(copy);
    }

    /** The same but for one member of this object, which is another object. */
    public Document with(String name, Document value) {
        return with(name, value.node);
    }

    /** The same but for one member of this object, which is as in the other, if that has it. */
    public Document withMemberOf(Document other, String name) {
        return other.node.has(name) ? with(name, other.node.get(name)) : without(name);
    }

    /** The same but for what the path of member names leads to. */
    public Document without(String... path) {
        ObjectNode copy = (ObjectNode) node.deepCopy();
        JsonNode parent = copy;
        for (int depth = 0; depth < path.length - 1; depth++) {
            parent = parent.path(path[depth]);
        }
        if (parent instanceof ObjectNode object) {
            object.remove(path[path.length - 1]);
        }
        return new Document(copy);
    }

    /** Every single value as text, by the path to it with dots. */
    public Map<String, String> flat() {
        Map<String, String> flat = new LinkedHashMap<>();
        flatten("", node, flat);
        return flat;
    }

    public byte[] bytes() {
        return MAPPER.writeValueAsBytes(node);
    }

    /** The value at the end of that path of member names as text; numbers and booleans as JSON writes them. */
    public Optional<String> find(String... path) {
        return at(path).filter(JsonNode::isValueNode).map(JsonNode::asString);
    }

    /** The same, empty where there is none. */
    public String text(String... path) {
        return find(path).orElse("");
    }

    public boolean isTrue(String... path) {
        return at(path).filter(JsonNode::isBoolean).map(JsonNode::booleanValue).orElse(false);
    }

    /** The number there, or 0. */
    public long number(String... path) {
        return at(path).filter(JsonNode::isNumber).map(JsonNode::longValue).orElse(0L);
    }

    /** The objects of an array, or none. */
    public List<Document> list(String... path) {
        return at(path).map(Document::list).orElse(List.of());
    }

    /** The texts of an array, or none. */
    public List<String> texts(String... path) {
        List<String> texts = new ArrayList<>();
        at(path).ifPresent(array -> array.forEach(item -> texts.add(item.asString())));
        return List.copyOf(texts);
    }

    /** The members of an object as texts, in their order. */
    public Map<String, String> members(String... path) {
        Map<String, String> members = new LinkedHashMap<>();
        at(path).ifPresent(object -> object.properties()
                .forEach(
                        member -> members.put(member.getKey(), member.getValue().asString())));
        return members;
    }

    /** A member that holds base64 as the text that it encodes, if that is UTF-8 without control characters. */
    public Optional<String> decodedText(String member) {
        return find(member).flatMap(Document::decode);
    }

    /** The JSON text, on one line. */
    @Override
    public String toString() {
        return node.toString();
    }

    private static void flatten(String path, JsonNode value, Map<String, String> flat) {
        if (value.isObject()) {
            value.properties()
                    .forEach(member -> flatten(
                            path.isEmpty() ? member.getKey() : path + "." + member.getKey(), member.getValue(), flat));
        } else {
            flat.put(path, value.isValueNode() ? value.asString() : value.toString());
        }
    }

    private Optional<JsonNode> at(String... path) {
        JsonNode found = node;
        for (String name : path) {
            found = found.path(name);
        }
        return found.isMissingNode() || found.isNull() ? Optional.empty() : Optional.of(found);
    }

    private static Optional<String> decode(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(text).filter(shown -> shown.chars().noneMatch(Character::isISOControl));
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }

    private static List<Document> list(JsonNode array) {
        List<Document> documents = new ArrayList<>();
        if (array.isArray()) {
            array.forEach(item -> documents.add(new Document(item)));
        }
        return List.copyOf(documents);
    }

    private static Optional<JsonNode> read(byte[] json) {
        try {
            return Optional.ofNullable(MAPPER.readTree(json));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }
}
