package dev.muster.hub;

import java.util.Optional;

/** Port to the stored renewals of all hubs, the newest of each device. */
public interface StoredRenewals {
    Optional<Renewal> find(String hub, String deviceId);

    /** Stores it in place of the one before of its device, if any. */
    void put(Renewal renewal);
}
