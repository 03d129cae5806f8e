package dev.muster.registration;

import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Chooses a device's hub. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-use-allocation-policies">DPS: allocation policies</a>
 */
public final class Allocation {
    private final List<LinkedHub> linked;
    private final AllocationPolicy policy;

    /** @param policy for enrollments that have none of their own */
    public Allocation(List<LinkedHub> linked, AllocationPolicy policy) {
        this.linked = List.copyOf(linked);
        this.policy = policy;
    }

    /**
     * The hub for this device, the same each time as long as hubs and enrollment stay; empty when none is eligible.
     * Every hub of this process is equally near, so the lowest latency is decided as the hash is.
     */
    public Optional<LinkedHub> choose(Enrollment.Settings settings, RegistrationId id) {
        List<LinkedHub> eligible = eligible(settings);
        if (eligible.isEmpty()) {
            return Optional.empty();
        }
        return switch (settings.allocationPolicy().orElse(policy)) {
            case STATIC -> Optional.of(eligible.getFirst());
            case HASHED, GEO_LATENCY -> Optional.of(byHighestHash(eligible, id));
            // Chosen by the webhook, see #webhook.
            case CUSTOM -> Optional.empty();
        };
    }

    /** The hubs that devices of this enrollment can be assigned to. */
    List<LinkedHub> eligible(Enrollment.Settings settings) {
        return linked.stream()
                .filter(hub -> settings.hubs().isEmpty()
                        || settings.hubs().stream().anyMatch(hub.hostName()::equalsIgnoreCase))
                .toList();
    }

    /** Who chooses instead, with the policy custom. */
    Optional<Enrollment.Webhook> webhook(Enrollment.Settings settings) {
        return settings.allocationPolicy().orElse(policy) == AllocationPolicy.CUSTOM
                ? Optional.ofNullable(settings.customAllocation())
                : Optional.empty();
    }

    /** The linked hub of this host name. */
    public Optional<LinkedHub> linked(String hostName) {
        return linked.stream()
                .filter(hub -> hub.hostName().equalsIgnoreCase(hostName))
                .findFirst();
    }

    /** Rendezvous hashing: a hub that comes or goes moves only the devices that it gains or had. */
    private static LinkedHub byHighestHash(List<LinkedHub> hubs, RegistrationId id) {
        LinkedHub best = hubs.getFirst();
        for (LinkedHub hub : hubs) {
            if (hash(hub, id) > hash(best, id)) {
                best = hub;
            }
        }
        return best;
    }

    private static long hash(LinkedHub hub, RegistrationId id) {
        CRC32C crc = new CRC32C();
        crc.update((hub.hostName() + "\n" + id.key()).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
