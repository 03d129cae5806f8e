package dev.muster.registration;

import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import java.util.Optional;

/**
 * What becomes of the assignment that a device has when it registers again. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision">DPS: reprovisioning</a>
 */
final class Reprovisioning {
    private final Optional<Assigned> before;
    private final ReprovisionPolicy policy;

    /** @param before empty for a device that registers for the first time, or whose record was deleted */
    Reprovisioning(Optional<Assigned> before, ReprovisionPolicy policy) {
        this.before = before;
        this.policy = policy;
    }

    /** The assignment that the device is to keep as long as its hub is there; empty where a hub is to be chosen. */
    Optional<Assignment> kept() {
        return policy.updateHubAssignment() ? Optional.empty() : before.map(Assigned::assignment);
    }

    /** The assignment that the device no longer has once it has this one. */
    Optional<Assignment> left(Assignment after) {
        return before.map(Assigned::assignment).filter(assignment -> !isSame(assignment, after));
    }

    /** Whether the device begins with the enrollment's twin, and not with the data that it has. */
    boolean startsAnew(Assignment after) {
        return before.isEmpty()
                || switch (substatus(after)) {
                    case INITIAL_ASSIGNMENT -> left(after).isPresent();
                    case DEVICE_DATA_RESET -> true;
                    case DEVICE_DATA_MIGRATED, REPROVISIONED_TO_INITIAL_ASSIGNMENT -> false;
                };
    }

    Substatus substatus(Assignment after) {
        if (before.isEmpty()) {
            return Substatus.INITIAL_ASSIGNMENT;
        }
        boolean stays = left(after).isEmpty();
        if (!policy.updateHubAssignment()) {
            return stays ? before.get().substatus() : Substatus.INITIAL_ASSIGNMENT;
        }
        if (!policy.migrateDeviceData()) {
            // Also without a change of hubs, where the policy serves as a factory reset.
            return Substatus.DEVICE_DATA_RESET;
        }
        return stays ? before.get().substatus() : Substatus.DEVICE_DATA_MIGRATED;
    }

    private static boolean isSame(Assignment one, Assignment other) {
        return one.hub().equalsIgnoreCase(other.hub()) && one.deviceId().equals(other.deviceId());
    }
}
