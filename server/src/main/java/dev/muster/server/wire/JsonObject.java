package dev.muster.server.wire;

import dev.muster.base.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A JSON object that is read member by member. A member that is null counts as absent, since SDKs send both; one of
 * another type is refused; unknown ones are passed over.
 */
public record JsonObject(Map<String, Object> members) {
    /**
     * Of an object whose members may be spelled with a capital, at any depth, as some clients of the control plane do.
     */
    public static JsonObject camelCased(Map<String, Object> members) {
        return new JsonObject(named((Map<?, ?>) camelCased((Object) members)));
    }

    public Optional<String> text(String name) {
        return switch (members.get(name)) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw wrong(name, "a string");
        };
    }

    /** As {@link #text}, an empty one counting as absent too. */
    public Optional<String> filledText(String name) {
        return text(name).filter(text -> !text.isBlank());
    }

    /** @throws Refusal INVALID_ARGUMENT when it is not there */
    public String required(String name) {
        return filledText(name).orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, name + " is required."));
    }

    public Optional<Boolean> flag(String name) {
        return switch (members.get(name)) {
            case null -> Optional.empty();
            case Boolean flag -> Optional.of(flag);
            default -> throw wrong(name, "true or false");
        };
    }

    public Optional<Integer> number(String name) {
        return switch (members.get(name)) {
            case null -> Optional.empty();
            case Integer number -> Optional.of(number);
            default -> throw wrong(name, "a whole number");
        };
    }

    /** One of the spellings, whatever its case: Java's hub client writes them with capitals. */
    public <E> Optional<E> choice(String name, Map<String, E> spellings) {
        return filledText(name)
                .map(text -> spellings.entrySet().stream()
                        .filter(spelling -> spelling.getKey().equalsIgnoreCase(text))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseThrow(() -> wrong(name, "one of " + String.join(", ", spellings.keySet()))));
    }

    public Optional<JsonObject> object(String name) {
        return switch (members.get(name)) {
            case null -> Optional.empty();
            case Map<?, ?> object -> Optional.of(new JsonObject(named(object)));
            default -> throw wrong(name, "an object");
        };
    }

    public List<JsonObject> objects(String name) {
        return switch (members.get(name)) {
            case null -> List.of();
            case List<?> list ->
                list.stream()
                        .map(item -> {
                            if (item instanceof Map<?, ?> object) {
                                return new JsonObject(named(object));
                            }
                            throw wrong(name, "a list of objects");
                        })
                        .toList();
            default -> throw wrong(name, "a list of objects");
        };
    }

    public List<String> texts(String name) {
        return switch (members.get(name)) {
            case null -> List.of();
            case List<?> list ->
                list.stream()
                        .map(item -> {
                            if (item instanceof String text) {
                                return text;
                            }
                            throw wrong(name, "a list of strings");
                        })
                        .toList();
            default -> throw wrong(name, "a list of strings");
        };
    }

    /** Of any type. */
    public Optional<Object> value(String name) {
        return Optional.ofNullable(members.get(name));
    }

    private static Object camelCased(Object value) {
        return switch (value) {
            case Map<?, ?> object -> {
                Map<String, Object> members = new LinkedHashMap<>();
                object.forEach((name, member) -> {
                    if (member == null) {
                        return;
                    }
                    String text = String.valueOf(name);
                    String camel = text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
                    members.put(camel, camelCased(member));
                });
                yield members;
            }
            case List<?> list ->
                list.stream()
                        .filter(Objects::nonNull)
                        .map(JsonObject::camelCased)
                        .toList();
            default -> value;
        };
    }

    private static Map<String, Object> named(Map<?, ?> object) {
        Map<String, Object> named = new LinkedHashMap<>();
        object.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }

    private static Refusal wrong(String name, String expected) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT, String.format(Locale.ROOT, "%s must be %s.", name, expected));
    }
}
