package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubConnectionStatusChangeReason;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.DeviceStatus;
import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The official Java device SDK, iot-device-client 2.5.0, at the hub over MQTT.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
class HubDeviceSdkIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The whole flow: provisioned with a certificate, connected with the same, telemetry in the stream. */
    @Test
    void provisionedDevice_sendsTelemetryWithItsCertificate() throws Exception {
        TestPki.Authority root = TestPki.root("Telemetry Root");
        new Enrolling(server).verifiedGroup("telemetry", root);
        TestPki.Device device =
                root.intermediate("Plant").device("telemetry-device").presenting(2);
        String hub = SdkDevice.register(ProvisioningDeviceClientTransportProtocol.HTTPS, server.idScope(), device)
                .getIothubUri();

        DeviceClient client =
                SdkDevice.hubClient(hub, "telemetry-device", server.trust().context(device));
        client.open(false);
        client.sendEvent(new Message("{\"temperature\":21.5}"));
        client.close();

        JsonNode event = onlyEvent("telemetry-device");
        assertThat(ControlPlane.bodyOf(event)).isEqualTo("{\"temperature\":21.5}");
        assertThat(event.at("/deviceId").asString()).isEqualTo("telemetry-device");
    }

    /** Properties, and system properties by their AMQP names, whatever their letters (reference 1.4). */
    @Test
    void telemetry_keepsItsProperties() throws Exception {
        String key = addDevice("talking-device").getPrimaryKey();
        Message message = new Message("caf\u00e9");
        message.setMessageId("message 1/2");
        message.setCorrelationId("correlation&1");
        message.setContentType("application/json");
        message.setContentEncoding("utf-8");
        message.setUserId("operator");
        message.setProperty("a b=c", "d/e&f%g+h");
        message.setProperty("alert", "true");

        DeviceClient client = SdkDevice.hubClient(TestServer.HOST, "talking-device", key);
        client.open(false);
        client.sendEvent(message);
        client.close();

        JsonNode event = onlyEvent("talking-device");
        assertThat(ControlPlane.bodyOf(event)).isEqualTo("caf\u00e9");
        assertThat(event.at("/properties/alert").asString()).isEqualTo("true");
        assertThat(event.get("properties").get("a b=c").asString()).isEqualTo("d/e&f%g+h");
        JsonNode system = event.at("/systemProperties");
        assertThat(system.at("/message-id").asString()).isEqualTo("message 1/2");
        assertThat(system.at("/correlation-id").asString()).isEqualTo("correlation&1");
        assertThat(system.at("/content-type").asString()).isEqualTo("application/json");
        assertThat(system.at("/content-encoding").asString()).isEqualTo("utf-8");
        assertThat(system.at("/user-id").asString()).isEqualTo("operator");
    }

    /** A device's messages stand in one partition, in the order of arrival (Azure: message routing). */
    @Test
    void telemetry_staysInItsOrder() throws Exception {
        String key = addDevice("orderly-device").getPrimaryKey();
        List<String> sent = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        for (int number = 0; number < 50; number++) {
            sent.add("number " + number);
            messages.add(new Message("number " + number));
        }

        DeviceClient client = SdkDevice.hubClient(TestServer.HOST, "orderly-device", key);
        client.open(false);
        for (Message message : messages) {
            client.sendEvent(message);
        }
        client.close();

        assertThat(server.controlPlane().eventBodies("orderly-device")).containsExactlyElementsOf(sent);
    }

    /** Both keys work (reference 4.1). */
    @Test
    void secondaryKey_isAsGoodAsThePrimary() throws Exception {
        Device device = addDevice("two-keyed-device");

        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, "two-keyed-device", device.getSecondaryKey()));
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, "two-keyed-device", device.getPrimaryKey()));

        assertThat(server.registry().getDevice("two-keyed-device").getDeviceId())
                .isEqualTo("two-keyed-device");
    }

    /** Return code 5, which Java reads as final (reference 1.3). */
    @Test
    void wrongKey_isRefused() throws Exception {
        addDevice("guarded-device");
        String wrong = Base64.getEncoder().encodeToString(new byte[32]);

        assertRefused(SdkDevice.hubClient(TestServer.HOST, "guarded-device", wrong));
    }

    /** Not told apart from a wrong key (reference 4.3). */
    @Test
    void unknownDevice_isRefused() {
        String key = Base64.getEncoder().encodeToString(new byte[32]);

        assertRefused(SdkDevice.hubClient(TestServer.HOST, "device-of-nobody", key));
    }

    /** A certificate is good for its own device only. */
    @Test
    void certificateOfAnotherDevice_isRefused() throws Exception {
        addDevice(selfSigned("device-one", TestPki.selfSigned("device-one")));
        TestPki.Device two = TestPki.selfSigned("device-two");
        addDevice(selfSigned("device-two", two));

        assertRefused(SdkDevice.hubClient(
                TestServer.HOST, "device-one", server.trust().context(two)));
        SdkDevice.visit(SdkDevice.hubClient(
                TestServer.HOST, "device-two", server.trust().context(two)));
    }

    /** A certificate in the registry by its thumbprint, without any provisioning. */
    @Test
    void selfSignedDevice_connectsByEitherThumbprint() throws Exception {
        TestPki.Device primary = TestPki.selfSigned("thumb-device");
        TestPki.Device secondary = TestPki.selfSigned("thumb-device");
        Device device = new Device("thumb-device", AuthenticationType.SELF_SIGNED);
        device.setThumbprint(primary.thumbprint(), secondary.thumbprint());
        addDevice(device);

        SdkDevice.visit(SdkDevice.hubClient(
                TestServer.HOST, "thumb-device", server.trust().context(primary)));
        SdkDevice.visit(SdkDevice.hubClient(
                TestServer.HOST, "thumb-device", server.trust().context(secondary)));

        assertThat(server.registry().getDevice("thumb-device").getSecondaryThumbprint())
                .isEqualToIgnoringCase(secondary.thumbprint());
    }

    /** One connection a device: the newcomer takes over (reference 1.9). */
    @Test
    void secondConnection_takesOver() throws Exception {
        String key = addDevice("moving-device").getPrimaryKey();
        DeviceClient first = SdkDevice.hubClient(TestServer.HOST, "moving-device", key);
        CompletableFuture<IotHubConnectionStatusChangeReason> cut = whenCut(first);
        first.open(false);
        DeviceClient second = SdkDevice.hubClient(TestServer.HOST, "moving-device", key);
        second.open(false);

        assertThat(cut.get(20, TimeUnit.SECONDS)).isNotNull();
        second.sendEvent(new Message("still here"));
        assertThat(ControlPlane.bodyOf(onlyEvent("moving-device"))).isEqualTo("still here");
        first.close();
        second.close();
    }

    /** Disabling ends the live connection and refuses the next one (reference 1.9). */
    @Test
    void disabledDevice_isCutAndRefused() throws Exception {
        Device device = addDevice("disabled-device");
        DeviceClient client = SdkDevice.hubClient(TestServer.HOST, "disabled-device", device.getPrimaryKey());
        CompletableFuture<IotHubConnectionStatusChangeReason> cut = whenCut(client);
        client.open(false);
        device.setStatus(DeviceStatus.Disabled);
        server.registry().updateDevice(device);

        assertThat(cut.get(20, TimeUnit.SECONDS)).isNotNull();
        client.close();
        assertRefused(SdkDevice.hubClient(TestServer.HOST, "disabled-device", device.getPrimaryKey()));
    }

    /** Deleting ends the live connection as disabling does (reference 1.9). */
    @Test
    void deletedDevice_isCutAndRefused() throws Exception {
        String key = addDevice("deleted-device").getPrimaryKey();
        DeviceClient client = SdkDevice.hubClient(TestServer.HOST, "deleted-device", key);
        CompletableFuture<IotHubConnectionStatusChangeReason> cut = whenCut(client);
        client.open(false);
        server.registry().removeDevice("deleted-device");

        assertThat(cut.get(20, TimeUnit.SECONDS)).isNotNull();
        client.close();
        assertRefused(SdkDevice.hubClient(TestServer.HOST, "deleted-device", key));
    }

    private static Device addDevice(String id) throws Exception {
        return addDevice(new Device(id, AuthenticationType.SAS));
    }

    private static Device addDevice(Device device) throws Exception {
        return server.registry().addDevice(device);
    }

    private static Device selfSigned(String id, TestPki.Device certified) {
        Device device = new Device(id, AuthenticationType.SELF_SIGNED);
        device.setThumbprint(certified.thumbprint(), certified.thumbprint());
        return device;
    }

    private static JsonNode onlyEvent(String deviceId) {
        List<JsonNode> events = server.controlPlane().events(deviceId);
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    private static CompletableFuture<IotHubConnectionStatusChangeReason> whenCut(DeviceClient client) {
        CompletableFuture<IotHubConnectionStatusChangeReason> cut = new CompletableFuture<>();
        client.setConnectionStatusChangeCallback(
                change -> {
                    if (change.getNewStatus() == IotHubConnectionStatus.DISCONNECTED) {
                        cut.complete(change.getNewStatusReason());
                    }
                },
                UUID.randomUUID());
        return cut;
    }

    private static void assertRefused(DeviceClient client) {
        assertThatExceptionOfType(IotHubClientException.class)
                .isThrownBy(() -> SdkDevice.visit(client))
                .satisfies(refusal -> assertThat(refusal.getStatusCode()).isEqualTo(IotHubStatusCode.UNAUTHORIZED));
    }
}
