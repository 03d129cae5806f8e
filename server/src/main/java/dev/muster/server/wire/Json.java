package dev.muster.server.wire;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Plain JSON values - maps, lists, strings, numbers, booleans and null - to bytes and back. Thread-safe. */
public final class Json {
    /** Deeper than any document that clients send, shallow enough for any stack. */
    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<List<Map<String, Object>>> OBJECTS = new TypeReference<>() {};

    private Json() {}

    /** @throws Refusal INVALID_ARGUMENT when the bytes are not one JSON object */
    public static Map<String, Object> parseObject(byte[] bytes) {
        return parse(bytes, OBJECT, "a JSON object");
    }

    /** @throws Refusal INVALID_ARGUMENT when the bytes are not one JSON array of objects */
    public static List<Map<String, Object>> parseObjects(byte[] bytes) {
        String expected = "a JSON array of objects";
        List<Map<String, Object>> objects = parse(bytes, OBJECTS, expected);
        if (objects.contains(null)) {
            throw malformed(expected, "null is not an object");
        }
        return objects;
    }

    private static <T> T parse(byte[] bytes, TypeReference<T> type, String expected) {
        try {
            T value = MAPPER.readValue(bytes, type);
            if (value != null) {
                return value;
            }
        } catch (StreamConstraintsException e) {
            throw malformed(expected, e.getOriginalMessage());
        } catch (JacksonException e) {
            // Its message quotes the body, in which there may be keys.
            TokenStreamLocation place = e.getLocation();
            throw malformed(
                    expected, "it is malformed at line " + place.getLineNr() + ", column " + place.getColumnNr());
        }
        throw malformed(expected, "null is not " + expected);
    }

    /** The object that a text holds, if it holds one. */
    public static Optional<Map<String, Object>> parseIfObject(String text) {
        try {
            return Optional.of(parseObject(text.getBytes(StandardCharsets.UTF_8)));
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }

    public static byte[] print(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    private static Refusal malformed(String expected, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The body is not " + expected + ".",
                new Explanation("request body", rule, "send " + expected));
    }
}
