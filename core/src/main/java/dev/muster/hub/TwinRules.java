package dev.muster.hub;

import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may stand in a twin, and how much of it.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins#tags-and-properties-format">IoT
 *     Hub: tags and properties format</a>
 */
enum TwinRules {
    TAGS("tags", 8 * 1024),
    DESIRED("properties.desired", 32 * 1024),
    REPORTED("properties.reported", 32 * 1024);

    private static final int MAX_DEPTH = 10;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_TEXT_BYTES = 4 * 1024;
    private static final long MAX_INTEGER = 4_503_599_627_370_495L;
    private static final int NUMBER_BYTES = 8;
    private static final int BOOLEAN_BYTES = 4;

    private final String title;
    private final int maxBytes;

    TwinRules(String title, int maxBytes) {
        this.title = title;
        this.maxBytes = maxBytes;
    }

    /**
     * Checks what a client wants to write.
     *
     * @throws Refusal INVALID_ARGUMENT, naming the member
     */
    void check(Map<String, Object> change) {
        checkMembers(change, title, 1);
    }

    /**
     * Checks what would be there thereafter.
     *
     * @throws Refusal TOO_LARGE
     */
    void checkSize(Map<String, Object> document) {
        long bytes = bytes(document);
        if (bytes > maxBytes) {
            throw new Refusal(
                    Refusal.Reason.TOO_LARGE,
                    title + " would have " + bytes + " bytes, and " + maxBytes + " are allowed.");
        }
    }

    private void checkMembers(Map<?, ?> object, String path, int depth) {
        if (depth > MAX_DEPTH) {
            throw refused(path + " is nested deeper than " + MAX_DEPTH + " levels.");
        }
        object.forEach((key, value) -> {
            String name = String.valueOf(key);
            checkName(name, path);
            checkValue(value, path + "." + name, depth);
        });
    }

    private void checkValue(@Nullable Object value, String path, int depth) {
        switch (value) {
            case null -> {}
            case Map<?, ?> object -> checkMembers(object, path, depth + 1);
            case List<?> list -> {
                if (depth + 1 > MAX_DEPTH) {
                    throw refused(path + " is nested deeper than " + MAX_DEPTH + " levels.");
                }
                list.forEach(item -> checkValue(item, path, depth + 1));
            }
            case String text -> {
                if (utf8(text) > MAX_TEXT_BYTES) {
                    throw refused(path + " is longer than " + MAX_TEXT_BYTES + " bytes.");
                }
            }
            case Boolean _ -> {}
            case Double _, Float _ -> {}
            case Long number -> checkInteger(number, path);
            case Integer _ -> {}
            default -> throw refused(path + " is a number outside of -" + MAX_INTEGER + " to " + MAX_INTEGER + ".");
        }
    }

    private static void checkInteger(long number, String path) {
        if (number > MAX_INTEGER || number < -MAX_INTEGER - 1) {
            throw refused(path + " is an integer outside of -" + (MAX_INTEGER + 1) + " to " + MAX_INTEGER + ".");
        }
    }

    private static void checkName(String name, String path) {
        boolean legal = !name.isEmpty()
                && utf8(name) <= MAX_NAME_BYTES
                && name.chars().noneMatch(c -> c == '.' || c == '$' || c == ' ' || Character.isISOControl(c));
        if (!legal) {
            throw refused("A member of " + path + " has a name that is empty, longer than " + MAX_NAME_BYTES
                    + " bytes, or has a control character, a space, '.' or '$' in it.");
        }
    }

    /** Names and texts count their bytes without control characters, numbers 8, booleans 4. */
    private static long bytes(@Nullable Object value) {
        return switch (value) {
            case null -> 0;
            case Map<?, ?> object ->
                object.entrySet().stream()
                        .mapToLong(member -> utf8(String.valueOf(member.getKey())) + bytes(member.getValue()))
                        .sum();
            case List<?> list -> list.stream().mapToLong(TwinRules::bytes).sum();
            case String text ->
                utf8(text) - text.chars().filter(Character::isISOControl).count();
            case Boolean _ -> BOOLEAN_BYTES;
            default -> NUMBER_BYTES;
        };
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Refusal refused(String message) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, message);
    }
}
