package dev.muster.hub;

import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.pki.Thumbprint;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A device as a hub knows it.
 *
 * @param hub the host name of its hub, lower case
 * @param deviceId case-sensitive, at most 128 characters
 * @param generationId tells two devices of the same id apart that did not exist at the same time
 * @param enabled a disabled device can neither connect nor stay connected
 * @param statusReason the owner's words on that, empty without any
 */
public record DeviceIdentity(
        String hub,
        String deviceId,
        String generationId,
        Etag etag,
        boolean enabled,
        String statusReason,
        Instant statusUpdated,
        Authentication authentication,
        boolean iotEdge) {
    /**
     * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry">IoT Hub: identity
     *     registry</a>
     */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-:.+%_#*?!(),=@$';]{1,128}");

    /** How a device proves to its hub who it is. */
    public sealed interface Authentication {
        /** A certificate with one of these thumbprints, SHA-1 or SHA-256 in hexadecimal as the owner gave them. */
        record SelfSigned(Optional<String> primaryThumbprint, Optional<String> secondaryThumbprint)
                implements Authentication {
            public static SelfSigned of(Thumbprint leaf) {
                return new SelfSigned(Optional.of(leaf.hex()), Optional.empty());
            }
        }

        /** A token signed with one of these keys, base64 of 16 to 64 bytes. */
        record Sas(String primaryKey, String secondaryKey) implements Authentication {
            /** Keys are secrets, so the text form leaves them out. */
            @Override
            public String toString() {
                return "Sas";
            }
        }

        /** A certificate of a verified authority with the device id as its common name. */
        record CertificateAuthority() implements Authentication {}
    }

    /** @throws Refusal INVALID_ARGUMENT when a hub cannot have a device of that id */
    public static String checkId(String deviceId) {
        if (!ID.matcher(deviceId).matches()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The device id must have 1 to 128 letters, digits or any of -:.+%_#*?!(),=@$';");
        }
        return deviceId;
    }
}
