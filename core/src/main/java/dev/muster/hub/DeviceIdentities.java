package dev.muster.hub;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.Optional;

/** Port to the stored device identities of all hubs. */
public interface DeviceIdentities {
    Optional<DeviceIdentity> find(String hub, String deviceId);

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(DeviceIdentity identity, Precondition precondition);

    /** @throws Refusal DEVICE_NOT_FOUND, or what the precondition throws */
    void delete(String hub, String deviceId, Precondition precondition);

    /** How many the hub has. */
    Count count(String hub);

    /** Devices by whether they may connect. */
    record Count(long enabled, long disabled) {
        public long total() {
            return enabled + disabled;
        }
    }

    /** In the order of the device ids. */
    Page<DeviceIdentity> page(String hub, Page.Request request);
}
