package dev.muster.base;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * A named pair of keys and what they are good for; the same notion in the provisioning service and in a hub.
 *
 * @param name such as {@code provisioningserviceowner}
 * @param primaryKey base64
 * @param secondaryKey base64
 */
public record SharedAccessPolicy(String name, String primaryKey, String secondaryKey, Set<Right> rights) {
    /** Clocks differ; the service SDKs' own checker allows as much. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** Azure's rights of both services, by their wire names. */
    public enum Right {
        SERVICE_CONFIG("ServiceConfig"),
        ENROLLMENT_READ("EnrollmentRead"),
        ENROLLMENT_WRITE("EnrollmentWrite"),
        REGISTRATION_STATUS_READ("RegistrationStatusRead"),
        REGISTRATION_STATUS_WRITE("RegistrationStatusWrite"),
        REGISTRY_READ("RegistryRead"),
        REGISTRY_WRITE("RegistryWrite"),
        SERVICE_CONNECT("ServiceConnect"),
        DEVICE_CONNECT("DeviceConnect");

        private final String wireName;

        Right(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    public SharedAccessPolicy {
        rights = rights.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(rights));
    }

    /** Whether either key signed the token and it is still valid. */
    public boolean vouchesFor(SasToken token, Instant now) {
        return token.expires().isAfter(now.minus(CLOCK_SKEW))
                && (token.isSignedWith(primaryKey) || token.isSignedWith(secondaryKey));
    }

    /** Keys are secrets, so the text form leaves them out. */
    @Override
    public String toString() {
        return "SharedAccessPolicy[" + name + ", " + rights + "]";
    }
}
