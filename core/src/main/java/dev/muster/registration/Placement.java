package dev.muster.registration;

import dev.muster.allocation.LinkedHub;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Substatus;
import java.util.Locale;
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

    /**
     * Tells the other hubs; may be done again. A hub of this process hears of a device that leaves another server's
     * here too, since the device's data are to be on disk before they are removed from there.
     */
    void tellRemoteHubs() {
        tell(false);
    }

    /** Whether the device was there, or nowhere, when this was decided. */
    boolean wasMadeFrom(Optional<Assigned> previous) {
        return previous.map(it -> it.assignment().hub().toLowerCase(Locale.ROOT))
                .equals(left.map(it -> it.hub().hostName().toLowerCase(Locale.ROOT)));
    }

    /** The new hub first: whatever happens in between, the device has one, and its data too. */
    private void tell(boolean local) {
        if (isLocal() == local) {
            hub.provision(deviceWithItsData());
        }
        left.filter(old -> old.hub().isLocal() == local)
                .ifPresent(old -> old.hub().remove(old.deviceId()));
    }

    /** Where the old hub no longer has the device, an attempt before this one has moved the data. */
    private NewDevice deviceWithItsData() {
        return left.filter(_ -> assigned.substatus() == Substatus.DEVICE_DATA_MIGRATED)
                .flatMap(old -> old.hub().data(old.deviceId()))
                .map(device::with)
                .orElse(device);
    }
}
