package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ReprovisionPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TwinCollection;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TwinState;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.Trust;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Two servers on one machine, of which one assigns devices to hubs on both. The other is killed and comes back, the
 * first is restarted meanwhile, and the devices that waited get their hub.
 */
class TwoServersIT {
    private static final String OTHER = "127.0.71.2";

    /** Not 443, so that the port of the connection string is needed. */
    private static final int OTHER_HTTPS = 8444;

    private static final int DEVICES = 16;

    private final Path directory = TestServer.newDirectory();
    private final Path otherDirectory = TestServer.newDirectory();

    @Test
    void otherServerThatIsKilledAndComesBack_losesNoRegistration() throws Exception {
        ServerProcess other = ServerProcess.start(otherDirectory, OTHER, OTHER_HTTPS);
        try {
            Map<Device, String> waiting = new LinkedHashMap<>();
            try (Server first = Server.start(config())) {
                TestServer server = server(first);
                server.controlPlane().link(connectionString(other));
                assertSpreads(server, other);
                other.kill();
                for (Device device : devices("waiting")) {
                    enrollAt(server, device, OTHER);
                    waiting.put(device, new HttpProvisioning(server).register(device));
                }
                assertWaits(server, waiting);
                assertOthersDoNot(server);
            }
            try (Server again = Server.start(config())) {
                TestServer server = server(again);
                assertWaits(server, waiting);

                other = ServerProcess.start(otherDirectory, OTHER, OTHER_HTTPS);

                for (Map.Entry<Device, String> entry : waiting.entrySet()) {
                    JsonNode result = new HttpProvisioning(server).result(entry.getKey(), entry.getValue());
                    assertThat(result.at("/registrationState/assignedHub").asString())
                            .isEqualTo(OTHER);
                    assertLetsIn(other, entry.getKey());
                }
                assertRefusesWithTheWrongKey(server);
            }
        } finally {
            other.kill();
        }
    }

    /** By the default policy, hashed; each hub lets in those that were assigned to it. */
    private static void assertSpreads(TestServer server, ServerProcess other) throws Exception {
        int elsewhere = 0;
        for (Device device : devices("spread")) {
            new Enrolling(server).individual(device);
            JsonNode state = new HttpProvisioning(server).registered(device).at("/registrationState");
            if (state.at("/assignedHub").asString().equals(OTHER)) {
                elsewhere++;
                assertLetsIn(other, device);
                assertThat(state.at("/deviceId").asString()).isEqualTo(device.registrationId());
            } else {
                assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
                assertThat(server.registry().getDevice(device.registrationId()).getPrimaryThumbprint())
                        .isEqualTo(device.thumbprint());
            }
        }
        assertThat(elsewhere).isBetween(1, DEVICES - 1);
        assertMoves(server, other);
        assertResets(server, other);
        assertStays(server, other);
    }

    /** To the other server and back, with its data. */
    private static void assertMoves(TestServer server, ServerProcess other) throws Exception {
        TwinClient twins = new TwinClient(server.controlPlane().hubConnectionString());
        Device device = TestPki.selfSigned("moving");
        String id = device.registrationId();
        new Enrolling(server).individual(device);
        move(server, device, TestServer.HOST);
        Twin change = new Twin(id);
        change.getTags().put("plant", 7);
        change.getDesiredProperties().put("interval", "60 s");
        twins.patch(change);
        SdkDevice.report(SdkDevice.hubClient(TestServer.HOST, id, server.trust().context(device)), "serial", "S-1");

        move(server, device, OTHER);
        assertThat(SdkDevice.twin(client(other, device)).getDesiredProperties()).containsEntry("interval", "60 s");
        assertThat(SdkDevice.twin(client(other, device)).getReportedProperties())
                .containsEntry("serial", "S-1");
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice(id));
        SdkDevice.report(client(other, device), "firmware", "1.2.3");

        move(server, device, TestServer.HOST);
        Twin back = twins.get(id);
        assertThat(back.getTags()).containsEntry("plant", 7L);
        assertThat(back.getDesiredProperties()).containsEntry("interval", "60 s");
        assertThat(back.getReportedProperties()).containsEntry("firmware", "1.2.3");
        assertThat(server.registry().getDevice(id).getPrimaryThumbprint()).isEqualTo(device.thumbprint());
        assertThatThrownBy(() -> assertLetsIn(other, device)).isInstanceOf(IotHubClientException.class);
    }

    /** To the other server and back, each time with the twin of the enrollment and nothing else. */
    private static void assertResets(TestServer server, ServerProcess other) throws Exception {
        Device device = used(server, "resetting", true, TestServer.HOST);
        SdkDevice.report(client(server, device), "firmware", "1.2.3");

        assertThat(move(server, device, OTHER)).isEqualTo("deviceDataReset");
        com.microsoft.azure.sdk.iot.device.twin.Twin there = SdkDevice.twin(client(other, device));
        assertThat(there.getDesiredProperties()).containsEntry("interval", "10 s");
        assertThat(there.getReportedProperties()).isEmpty();
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice(device.registrationId()));
        SdkDevice.report(client(other, device), "firmware", "2.0.0");

        assertThat(move(server, device, TestServer.HOST)).isEqualTo("deviceDataReset");
        Twin back = new TwinClient(server.controlPlane().hubConnectionString()).get(device.registrationId());
        assertThat(back.getTags()).containsEntry("plant", "first");
        assertThat(back.getDesiredProperties()).containsEntry("interval", "10 s");
        assertThat(back.getReportedProperties()).isEmpty();
        assertThatThrownBy(() -> assertLetsIn(other, device)).isInstanceOf(IotHubClientException.class);
    }

    /** On the other server, whatever its enrollment says since, and with all that it has. */
    private static void assertStays(TestServer server, ServerProcess other) throws Exception {
        Device device = used(server, "staying", false, OTHER);
        SdkDevice.report(client(other, device), "firmware", "1.2.3");

        put(server, server.enrollments().getIndividualEnrollment(device.registrationId()), TestServer.HOST);
        JsonNode state = new HttpProvisioning(server).registered(device).at("/registrationState");

        assertThat(state.at("/assignedHub").asString()).isEqualTo(OTHER);
        assertThat(state.at("/substatus").asString()).isEqualTo("initialAssignment");
        com.microsoft.azure.sdk.iot.device.twin.Twin kept = SdkDevice.twin(client(other, device));
        assertThat(kept.getDesiredProperties()).containsEntry("interval", "10 s");
        assertThat(kept.getReportedProperties()).containsEntry("firmware", "1.2.3");
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice(device.registrationId()));
    }

    /** One that has begun with the initial twin, under the policy reset or never. */
    private static Device used(TestServer server, String name, boolean reset, String hub) throws Exception {
        Device device = TestPki.selfSigned(name);
        IndividualEnrollment wish = new Enrolling(server).wish(device);
        ReprovisionPolicy policy = new ReprovisionPolicy();
        policy.setUpdateHubAssignment(reset);
        policy.setMigrateDeviceData(false);
        wish.setReprovisionPolicy(policy);
        wish.setInitialTwin(new TwinState(
                new TwinCollection(Map.of("plant", "first")), new TwinCollection(Map.of("interval", "10 s"))));
        put(server, wish, hub);
        new HttpProvisioning(server).registered(device);
        return device;
    }

    private static DeviceClient client(TestServer server, Device device) {
        return SdkDevice.hubClient(
                TestServer.HOST, device.registrationId(), server.trust().context(device));
    }

    /** @return the substatus */
    private static String move(TestServer server, Device device, String hub) throws Exception {
        put(server, server.enrollments().getIndividualEnrollment(device.registrationId()), hub);
        JsonNode state = new HttpProvisioning(server).registered(device).at("/registrationState");
        assertThat(state.at("/assignedHub").asString()).isEqualTo(hub);
        return state.at("/substatus").asString();
    }

    private static void assertWaits(TestServer server, Map<Device, String> waiting) throws Exception {
        for (Map.Entry<Device, String> entry : waiting.entrySet()) {
            assertThat(new HttpProvisioning(server)
                            .poll(entry.getKey(), entry.getValue())
                            .json()
                            .at("/status")
                            .asString())
                    .isEqualTo("assigning");
        }
        assertThat(waiting.keySet())
                .anySatisfy(device -> assertThat(server.controlPlane().attempts(device.registrationId()).stream()
                                .map(attempt ->
                                        attempt.at("/explanation/subject").asString()))
                        .contains("linked hub '" + OTHER + "'"));
    }

    private static void assertOthersDoNot(TestServer server) throws Exception {
        Device device = TestPki.selfSigned("not-concerned");
        enrollAt(server, device, TestServer.HOST);
        assertThat(new HttpProvisioning(server).registered(device).at("/status").asString())
                .isEqualTo("assigned");
    }

    private static void assertRefusesWithTheWrongKey(TestServer server) throws Exception {
        server.controlPlane()
                .link("HostName=" + OTHER + ":" + OTHER_HTTPS
                        + ";SharedAccessKeyName=iothubowner;SharedAccessKey=AAAAAAAAAAAAAAAAAAAAAA==");
        Device device = TestPki.selfSigned("turned-away");
        enrollAt(server, device, OTHER);

        JsonNode result = new HttpProvisioning(server).registered(device);

        assertThat(result.at("/status").asString()).isEqualTo("failed");
        assertThat(result.at("/registrationState/errorCode").asInt()).isEqualTo(403000);
        JsonNode attempt =
                server.controlPlane().attempts(device.registrationId()).getFirst();
        assertThat(attempt.at("/explanation/rule").asString()).contains("answered 401");
        assertThat(attempt.at("/explanation/remedy").asString()).contains("iothubowner");
    }

    /** By MQTT, with what the device registered with. */
    private static void assertLetsIn(ServerProcess other, Device device) throws Exception {
        SdkDevice.visit(client(other, device));
    }

    private static DeviceClient client(ServerProcess other, Device device) {
        Trust trust = new Trust(other.identity().authorityCertificate());
        return SdkDevice.hubClient(OTHER, device.registrationId(), trust.context(device));
    }

    private static List<Device> devices(String name) {
        return IntStream.range(0, DEVICES)
                .mapToObj(number -> TestPki.selfSigned(name + "-" + number))
                .toList();
    }

    private static void enrollAt(TestServer server, Device device, String hub) throws Exception {
        put(server, new Enrolling(server).wish(device), hub);
    }

    private static void put(TestServer server, IndividualEnrollment wish, String hub) throws Exception {
        wish.setAllocationPolicy(AllocationPolicy.STATIC);
        wish.setIotHubs(List.of(hub));
        server.enrollments().createOrUpdateIndividualEnrollment(wish);
    }

    private Config config() {
        return TestServer.config(directory.resolve("data"))
                .withTls(new Config.Tls(
                        List.of(TestServer.HOST),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(otherDirectory.resolve("data/ca.pem"))));
    }

    private TestServer server(Server running) {
        return new TestServer(TestServer.Identity.of(running), directory, () -> {});
    }

    private static String connectionString(ServerProcess other) {
        ControlPlane controlPlane = new ControlPlane(
                OTHER + ":" + OTHER_HTTPS,
                TestServer.read(other.identity().adminTokenFile()).strip(),
                new Trust(other.identity().authorityCertificate()));
        return controlPlane
                .hubConnectionString()
                .replace("HostName=" + OTHER + ";", "HostName=" + OTHER + ":" + OTHER_HTTPS + ";");
    }
}
