package dev.muster.enrollment;

import dev.muster.base.Etag;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry by which devices may register: one device's, or a group's. */
public sealed interface Enrollment {
    Attestation attestation();

    Settings settings();

    /** What later versions of Azure's API have in an enrollment: kept as its owner wrote it. */
    Map<String, Object> further();

    /** What of that concerns certificates. */
    default CertificatePolicy certificatePolicy() {
        return CertificatePolicy.of(further());
    }

    Stamp stamp();

    /** Names the entry to its owner, such as {@code enrollment group 'plant-7'}. */
    String title();

    /**
     * One device's entry.
     *
     * @param deviceId the id in the hub where it differs from the registration id
     * @param optionalDeviceInformation the owner's own notes, a JSON object
     */
    record Individual(
            RegistrationId registrationId,
            Optional<String> deviceId,
            Attestation attestation,
            Settings settings,
            Map<String, Object> optionalDeviceInformation,
            Map<String, Object> further,
            Stamp stamp)
            implements Enrollment {
        @Override
        public String title() {
            return "individual enrollment '" + registrationId + "'";
        }
    }

    /** The entry of all devices whose certificates an authority signs. */
    record Group(String id, Attestation attestation, Settings settings, Map<String, Object> further, Stamp stamp)
            implements Enrollment {
        @Override
        public String title() {
            return "enrollment group '" + id + "'";
        }
    }

    /**
     * What both kinds have in common.
     *
     * @param enabled a disabled entry refuses its devices and hides every entry behind it
     * @param allocationPolicy empty: the service's own
     * @param hubs host names of the linked hubs to choose from; empty: all
     */
    record Settings(
            boolean enabled,
            boolean iotEdge,
            ReprovisionPolicy reprovisionPolicy,
            Optional<AllocationPolicy> allocationPolicy,
            List<String> hubs,
            @Nullable Webhook customAllocation,
            @Nullable InitialTwin initialTwin) {
        public Settings {
            hubs = List.copyOf(hubs);
        }

        /** Enabled, any hub, and a device that comes back keeps its data. */
        public static Settings defaults() {
            return new Settings(
                    true, false, new ReprovisionPolicy(true, true), Optional.empty(), List.of(), null, null);
        }

        /** These with another webhook, or none. */
        Settings withCustomAllocation(@Nullable Webhook other) {
            return new Settings(enabled, iotEdge, reprovisionPolicy, allocationPolicy, hubs, other, initialTwin);
        }
    }

    /** What happens to a device that registers again. */
    record ReprovisionPolicy(boolean updateHubAssignment, boolean migrateDeviceData) {
        /** Whether a device that changes hubs takes its data along. */
        public boolean migrates() {
            return updateHubAssignment && migrateDeviceData;
        }
    }

    /**
     * Who chooses the hub when the policy is {@link AllocationPolicy#CUSTOM}.
     *
     * @param url an https URL, whose query may hold a secret
     */
    record Webhook(String url, String apiVersion) {
        private static final String MASK = "?****";

        /** The URL without its query, which is often a key; as Azure shows it. */
        public String maskedUrl() {
            int query = url.indexOf('?');
            return query < 0 ? url : url.substring(0, query) + MASK;
        }

        /** Whether this is what was shown of another URL. */
        boolean isMasked() {
            return url.endsWith(MASK);
        }

        /** Where it is, with the port if there is one. */
        public String host() {
            return URI.create(url).getRawAuthority();
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Webhook[" + maskedUrl() + ", " + apiVersion + "]";
        }
    }

    /** What a new device's twin starts with; plain JSON objects. */
    record InitialTwin(Map<String, Object> tags, Map<String, Object> desired) {}

    /** When an entry was written, and its version. */
    record Stamp(Etag etag, Instant created, Instant updated) {}
}
