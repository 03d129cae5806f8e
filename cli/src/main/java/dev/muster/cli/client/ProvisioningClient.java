package dev.muster.cli.client;

import java.io.IOException;
import java.time.Duration;

/**
 * A device's side of the provisioning service. Each call is a registration of its own, blocking until it has its
 * result, so give every device a virtual thread.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
public interface ProvisioningClient {
    /** The version of the API that the released SDKs speak. */
    String API_VERSION = "2019-03-31";

    /** How long a registration may stay unsettled. */
    Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * Registers the device.
     *
     * @throws RefusedByServer when the service says no, now or in the result
     */
    Assignment register(Device device) throws IOException, InterruptedException;

    /** Who registers where. */
    record Device(String idScope, String registrationId, DeviceCredential credential) {}

    /** What the service decided. */
    record Assignment(String hub, String deviceId) {}
}
