package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import com.microsoft.azure.sdk.iot.service.twin.TwinCollection;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestServer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Device twins between the official Java SDKs: iot-service-client 2.1.9 on the owner's side, iot-device-client 2.5.0
 * over MQTT on the device's.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins">IoT Hub: device twins</a>
 */
class TwinSdkIT {
    private static final int SECONDS = 20;
    private static TestServer server;
    private static TwinClient twins;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        twins = new TwinClient(server.controlPlane().hubConnectionString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void owner_readsAndChangesATwin() throws Exception {
        addDevice("owned-device");
        Twin fresh = twins.get("owned-device");
        assertThat(fresh.getVersion()).isEqualTo(1);
        assertThat(fresh.getTags()).isEmpty();

        Twin change = new Twin("owned-device");
        change.getTags().put("plant", "7");
        change.getDesiredProperties().put("interval", 5);
        change.getDesiredProperties().put("fan", new TwinCollection(Map.of("speed", 1, "mode", "slow")));
        Twin patched = twins.patch(change);
        assertThat(patched.getTags()).containsEntry("plant", "7");
        assertThat(patched.getDesiredProperties().getVersion()).isEqualTo(2);
        assertThat(patched.getDesiredProperties().getTwinMetadata("interval").getLastUpdatedVersion())
                .isEqualTo(2);

        Twin replacement = new Twin("owned-device");
        replacement.getDesiredProperties().put("interval", 6);
        Twin replaced = twins.replace(replacement);
        assertThat(replaced.getTags()).isEmpty();
        assertThat(replaced.getDesiredProperties()).containsOnlyKeys("interval");
    }

    @Test
    void owner_withAStaleEtag_isRefused() throws Exception {
        addDevice("contested-device");
        Twin mine = twins.get("contested-device");
        Twin theirs = twins.get("contested-device");
        theirs.getTags().put("owner", "they");
        twins.patch(theirs);

        mine.getTags().put("owner", "I");

        assertThatExceptionOfType(IotHubPreconditionFailedException.class)
                .isThrownBy(() -> twins.patch(mine, mine.getETag()));
        assertThat(twins.get("contested-device").getTags()).containsEntry("owner", "they");
    }

    @Test
    void twinOfNoDevice_isNotFound() {
        assertThatExceptionOfType(IotHubNotFoundException.class).isThrownBy(() -> twins.get("nobody"));
    }

    @Test
    void device_reportsAndHearsWhatIsDesired() throws Exception {
        SdkDevice.again(attempt -> reportAndHear("twin-device-" + attempt));
    }

    private static Twin reportAndHear(String name) throws Exception {
        DeviceClient client =
                SdkDevice.hubClient(TestServer.HOST, name, addDevice(name).getPrimaryKey());
        BlockingQueue<com.microsoft.azure.sdk.iot.device.twin.Twin> heard = new LinkedBlockingQueue<>();
        client.open(false);
        try {
            client.subscribeToDesiredProperties((twin, _) -> heard.add(twin), null, SdkDevice.MILLISECONDS);
            com.microsoft.azure.sdk.iot.device.twin.Twin twin = client.getTwin(SdkDevice.MILLISECONDS);
            com.microsoft.azure.sdk.iot.device.twin.TwinCollection reported = twin.getReportedProperties();
            reported.put("firmware", "1.2.3");
            int version = client.updateReportedProperties(reported, SdkDevice.MILLISECONDS)
                    .getVersion();

            Twin change = new Twin(name);
            change.getDesiredProperties().put("firmware", "1.3.0");
            twins.patch(change);

            com.microsoft.azure.sdk.iot.device.twin.Twin told = heard.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(told).isNotNull();
            assertThat(told.getDesiredProperties()).containsEntry("firmware", "1.3.0");
            assertThat(told.getDesiredProperties().getVersion()).isEqualTo(2);
            assertThat(client.getTwin(SdkDevice.MILLISECONDS).getDesiredProperties())
                    .containsEntry("firmware", "1.3.0");
            Twin seen = twins.get(name);
            assertThat(seen.getReportedProperties()).containsEntry("firmware", "1.2.3");
            assertThat(seen.getReportedProperties().getVersion()).isEqualTo(version);
            assertThat(seen.getConnectionState()).isEqualToIgnoringCase("connected");
            return seen;
        } finally {
            client.close();
        }
    }

    /** The SDK sends the version that it has seen. */
    @Test
    void device_thatReportsOnAnOldVersion_isRefused() throws Exception {
        SdkDevice.again(attempt -> reportOnAnOldVersion("stale-device-" + attempt));
    }

    private static Twin reportOnAnOldVersion(String name) throws Exception {
        DeviceClient client =
                SdkDevice.hubClient(TestServer.HOST, name, addDevice(name).getPrimaryKey());
        client.open(false);
        try {
            client.subscribeToDesiredProperties((_, _) -> {}, null, SdkDevice.MILLISECONDS);
            com.microsoft.azure.sdk.iot.device.twin.TwinCollection seen =
                    client.getTwin(SdkDevice.MILLISECONDS).getReportedProperties();
            com.microsoft.azure.sdk.iot.device.twin.TwinCollection first =
                    new com.microsoft.azure.sdk.iot.device.twin.TwinCollection();
            first.put("a", 1);
            client.updateReportedProperties(first, SdkDevice.MILLISECONDS);

            seen.put("a", 2);

            IotHubClientException refused = catchThrowableOfType(
                    IotHubClientException.class, () -> client.updateReportedProperties(seen, SdkDevice.MILLISECONDS));
            assertThat(refused).isNotNull();
            if (refused.getStatusCode() == IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT) {
                // For SdkDevice.again.
                throw refused;
            }
            assertThat(refused.getStatusCode()).isEqualTo(IotHubStatusCode.PRECONDITION_FAILED);
        } finally {
            client.close();
        }
        Twin after = twins.get(name);
        assertThat(after.getReportedProperties()).containsEntry("a", 1L);
        return after;
    }

    private static Device addDevice(String id) throws Exception {
        return server.registry().addDevice(new Device(id, AuthenticationType.SAS));
    }
}
