package dev.muster.hub;

import dev.muster.base.Etag;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * What a hub and a device agree on: the owner's tags, the properties that the owner desires and those that the device
 * reports. Immutable.
 *
 * @param version counts the changes of tags and desired properties, from 1
 * @param tags plain JSON, never shown to the device
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins">IoT Hub: device twins</a>
 */
public record Twin(long version, Map<String, Object> tags, TwinSection desired, TwinSection reported) {
    /** That of a device which nobody has written to. */
    static Twin empty(Instant now) {
        return new Twin(1, Map.of(), TwinSection.empty(now), TwinSection.empty(now));
    }

    /** The base64 of the eight bytes of the version, as Azure has it. What the device reports does not change it. */
    public Etag etag() {
        return new Etag(Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(version).array()));
    }

    Twin withTagsAndDesired(Map<String, Object> newTags, TwinSection newDesired) {
        return new Twin(version + 1, newTags, newDesired, reported);
    }

    Twin withReported(TwinSection newReported) {
        return new Twin(version, tags, desired, newReported);
    }
}
