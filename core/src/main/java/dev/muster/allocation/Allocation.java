package dev.muster.allocation;

import dev.muster.allocation.LinkedHubs.Linked;
import dev.muster.allocation.LinkedHubs.Snapshot;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import java.util.List;
import java.util.Optional;

/**
 * Chooses a device's hub. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-use-allocation-policies">DPS: allocation policies</a>
 */
public final class Allocation {
    private final LinkedHubs linked;

    public Allocation(LinkedHubs linked) {
        this.linked = linked;
    }

    /**
     * The hub for this device, the same each time as long as hubs and enrollment stay; empty when none is eligible, or
     * when a webhook chooses.
     */
    public Optional<LinkedHub> choose(Enrollment.Settings settings, RegistrationId id) {
        Snapshot now = linked.now();
        List<Linked> eligible = eligible(now, settings);
        if (eligible.isEmpty()) {
            return Optional.empty();
        }
        return switch (settings.allocationPolicy().orElse(now.policy())) {
            case STATIC -> Optional.of(eligible.getFirst().hub());
            case HASHED -> Optional.of(WeightedHash.choose(eligible, id));
            case GEO_LATENCY -> Optional.of(WeightedHash.choose(nearest(eligible), id));
            case CUSTOM -> Optional.empty();
        };
    }

    /** The hubs that devices of this enrollment can be assigned to. */
    public List<LinkedHub> eligible(Enrollment.Settings settings) {
        return eligible(linked.now(), settings).stream().map(Linked::hub).toList();
    }

    /** Who chooses instead, with the policy custom. */
    public Optional<Enrollment.Webhook> webhook(Enrollment.Settings settings) {
        return settings.allocationPolicy()
                        .filter(AllocationPolicy.CUSTOM::equals)
                        .isPresent()
                ? Optional.ofNullable(settings.customAllocation())
                : Optional.empty();
    }

    /** The linked hub of this host name. */
    public Optional<LinkedHub> linked(String hostName) {
        return linked.find(hostName).map(Linked::hub);
    }

    private static List<Linked> eligible(Snapshot now, Enrollment.Settings settings) {
        if (settings.hubs().isEmpty()) {
            return now.assignable();
        }
        return now.assignable().stream()
                .filter(it -> settings.hubs().stream().anyMatch(it.link().hostName()::equalsIgnoreCase))
                .toList();
    }

    /** A device that reaches this server reaches its hubs; nothing is known of the way to others. */
    private static List<Linked> nearest(List<Linked> eligible) {
        List<Linked> here = eligible.stream().filter(it -> it.hub().isLocal()).toList();
        return here.isEmpty() ? eligible : here;
    }
}
