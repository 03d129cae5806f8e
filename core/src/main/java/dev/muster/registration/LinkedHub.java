package dev.muster.registration;

import dev.muster.enrollment.Enrollment;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.util.Optional;

/** Port to a hub that devices can be assigned to. */
public interface LinkedHub {
    /** The name that devices connect to. */
    String hostName();

    /** Whether it is in this process, so that what it is told takes part in the caller's transaction. */
    boolean isLocal();

    /** Creates the device in the hub, or gives the one that is there this authentication. */
    void provision(NewDevice device);

    /** Forgets a device that is assigned elsewhere now; one that is not there is no error. */
    void remove(String deviceId);

    /** What a hub is told of a device. */
    record NewDevice(
            String deviceId,
            Authentication authentication,
            boolean iotEdge,
            Optional<Enrollment.InitialTwin> initialTwin) {}
}
