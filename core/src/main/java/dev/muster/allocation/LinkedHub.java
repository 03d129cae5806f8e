package dev.muster.allocation;

import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.hub.DeviceIdentity.Authentication;
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
     * Forgets a device that is assigned elsewhere now; one that is not there is no error.
     *
     * @throws HubUnavailable when it is worth trying again
     * @throws Refusal FORBIDDEN when it is not
     */
    void remove(String deviceId);

    /**
     * What a hub is told of a device.
     *
     * @param forgetsData whether tags and properties that the hub may have of the device are to be forgotten
     * @param initialTwin what is written into its twin then; empty where nothing is
     */
    record NewDevice(
            String deviceId,
            Authentication authentication,
            boolean iotEdge,
            boolean forgetsData,
            Optional<Enrollment.InitialTwin> initialTwin) {}
}
