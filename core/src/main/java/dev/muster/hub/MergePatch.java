package dev.muster.hub;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain JSON objects, merged as RFC 7396 has it: member by member, and what is null goes. */
final class MergePatch {
    private MergePatch() {}

    /** @return a new object, in which no member is null */
    static Map<String, Object> apply(Map<String, Object> before, Map<String, Object> patch) {
        Map<String, Object> after = new LinkedHashMap<>(before);
        patch.forEach((name, value) -> {
            if (value == null) {
                after.remove(name);
            } else if (value instanceof Map<?, ?> change) {
                after.put(name, apply(object(before.get(name)), object(change)));
            } else {
                after.put(name, value);
            }
        });
        return Collections.unmodifiableMap(after);
    }

    /** The value if it is an object, else an empty one. */
    static Map<String, Object> object(@Nullable Object value) {
        Map<String, Object> object = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> members) {
            members.forEach((name, member) -> object.put(String.valueOf(name), member));
        }
        return object;
    }
}
