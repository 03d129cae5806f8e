package dev.muster.hub;

import java.util.Map;
import java.util.Optional;

/** Port to the stored twins of the devices of all hubs. A device whose twin was never written to has none here. */
public interface Twins {
    Optional<Twin> find(String hub, String deviceId);

    /** Those of the devices between these two ids, both included, by device id. */
    Map<String, Twin> between(String hub, String firstDeviceId, String lastDeviceId);

    /** Stores it in place of the one before, if any. */
    void put(String hub, String deviceId, Twin twin);

    /** Forgets it; one that is not there is no error. */
    void delete(String hub, String deviceId);
}
