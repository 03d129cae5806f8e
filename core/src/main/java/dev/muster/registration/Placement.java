package dev.muster.registration;

import dev.muster.allocation.LinkedHub;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.registration.RegistrationState.Assigned;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a device goes, and what its hubs are to be told of that. Immutable.
 *
 * @param left where it is no longer
 */
record Placement(LinkedHub hub, NewDevice device, Optional<Left> left, Assigned assigned) {
    record Left(LinkedHub hub, String deviceId) {}

    /** Whether all of it can be part of one transaction. */
    boolean isLocal() {
        return Stream.concat(Stream.of(hub), left.map(Left::hub).stream()).allMatch(LinkedHub::isLocal);
    }

    /** Tells the hubs of this process, as part of the caller's transaction. */
    void tellLocalHubs() {
        tell(true);
    }

    /** Tells the other hubs; may be done again. */
    void tellRemoteHubs() {
        tell(false);
    }

    /** The new hub first: whatever happens in between, the device has one. */
    private void tell(boolean local) {
        if (hub.isLocal() == local) {
            hub.provision(device);
        }
        left.filter(old -> old.hub().isLocal() == local)
                .ifPresent(old -> old.hub().remove(old.deviceId()));
    }
}
