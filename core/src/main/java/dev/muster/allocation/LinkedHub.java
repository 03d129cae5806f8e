package dev.muster.allocation;

import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.util.Map;
import java.util.Optional;

/** Port to a hub that devices can be assigned to. What it is told may be told again. */
public interface LinkedHub {
    /** The name that devices connect to. */
    String hostName();

    /** Whether it is in this process, so that what it is told takes part in the caller's transaction. */
    boolean isLocal();

    /**
     * Creates the device in the hub, or gives the one that is there this authentication.
     *
     * @throws HubUnavailable when it is worth trying again
     * @throws Refusal FORBIDDEN when it is not
     */
    void provision(NewDevice device);

    /**
     * The data that the hub has of a device; empty where it has no such device.
     *
     * @throws HubUnavailable when it is worth trying again
     * @throws Refusal FORBIDDEN when it is not
     */
    Optional<Data.Moved> data(String deviceId);

    /**
     * Forgets a device that is assigned elsewhere now; one that is not there is no error.
     *
     * @throws HubUnavailable when it is worth trying again
     * @throws Refusal FORBIDDEN when it is not
     */
    void remove(String deviceId);

    /**
     * What a hub is told of a device.
     *
     * @param data what becomes of the tags and properties that the hub may have of it
     * @param initialTwin what is written into its twin then; empty where nothing is
     */
    record NewDevice(
            String deviceId,
            Authentication authentication,
            boolean iotEdge,
            Data data,
            Optional<Enrollment.InitialTwin> initialTwin) {
        public NewDevice with(Data other) {
            return new NewDevice(deviceId, authentication, iotEdge, other, initialTwin);
        }
    }

    /** A device's tags and properties, once it is assigned to a hub that may have some already. */
    sealed interface Data {
        record Kept() implements Data {}

        record Forgotten() implements Data {}

        /**
         * Those of the hub that the device leaves, in place of what is there: plain JSON. Versions and times are each
         * hub's own.
         */
        record Moved(Map<String, Object> tags, Map<String, Object> desired, Map<String, Object> reported)
                implements Data {}
    }
}
