package dev.muster.hub;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The desired or the reported properties of a twin: plain JSON, and when each value was written. Immutable.
 *
 * @param values without members that are null
 * @param written of the whole, with its members
 * @param version counts the changes, from 1
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins">IoT Hub: device twins</a>
 */
public record TwinSection(Map<String, Object> values, Written written, long version) {
    /**
     * When a value was last written.
     *
     * @param version that of the section which did it
     * @param members the same of each member, if the value is an object
     */
    public record Written(Instant at, long version, Map<String, Written> members) {
        /** After a patch of what this speaks of (RFC 7396). */
        private Written merge(Map<String, Object> patch, Instant now, long newVersion) {
            Map<String, Written> after = new LinkedHashMap<>(members);
            patch.forEach((name, value) -> {
                Written fresh = new Written(now, newVersion, Map.of());
                if (value == null) {
                    after.remove(name);
                } else if (value instanceof Map<?, ?> change) {
                    after.put(
                            name, members.getOrDefault(name, fresh).merge(MergePatch.object(change), now, newVersion));
                } else {
                    after.put(name, fresh);
                }
            });
            return new Written(now, newVersion, Collections.unmodifiableMap(after));
        }
    }

    static TwinSection empty(Instant now) {
        return new TwinSection(Map.of(), new Written(now, 1, Map.of()), 1);
    }

    /** Changes what the patch names. */
    TwinSection merge(Map<String, Object> patch, Instant now) {
        return new TwinSection(MergePatch.apply(values, patch), written.merge(patch, now, version + 1), version + 1);
    }

    /** Forgets what was there. */
    TwinSection replace(Map<String, Object> document, Instant now) {
        return new TwinSection(Map.of(), new Written(now, version, Map.of()), version).merge(document, now);
    }
}
