package dev.muster.conformance.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ReprovisionPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TwinCollection;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TwinState;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of a device's tags and properties when its group names another hub of this server, by the official Java
 * SDKs; no name server knows the other hub, whose twins are therefore read by plain requests.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision">DPS: reprovisioning</a>
 */
class MigrationSdkIT {
    private static final String OTHER_HUB = "other.hub.example";

    private static TestServer server;
    private static TwinClient twins;

    @BeforeAll
    static void start() {
        server = TestServer.start(List.of(OTHER_HUB));
        twins = new TwinClient(server.controlPlane().hubConnectionString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void policyMigrate_takesTheDataAlong() throws Exception {
        Device device = usedDevice("migrating", true, true);

        assign("group-of-migrating", OTHER_HUB);
        register(device);

        JsonNode twin = otherTwin(device).json();
        assertThat(twin.at("/tags/plant").asString()).isEqualTo("second");
        assertThat(twin.at("/properties/desired/interval").asString()).isEqualTo("60 s");
        assertThat(twin.at("/properties/reported/firmware").asString()).isEqualTo("1.2.3");
        assertThatExceptionOfType(IotHubNotFoundException.class).isThrownBy(() -> twins.get(device.registrationId()));

        assign("group-of-migrating", TestServer.HOST);
        register(device);

        Twin back = twins.get(device.registrationId());
        assertThat(back.getTags()).containsEntry("plant", "second");
        assertThat(back.getDesiredProperties()).containsEntry("interval", "60 s");
        assertThat(back.getReportedProperties()).containsEntry("firmware", "1.2.3");
        assertThat(otherTwin(device).status()).isEqualTo(404);
    }

    @Test
    void policyReset_beginsWithTheInitialTwin() throws Exception {
        Device device = usedDevice("resetting", true, false);

        assign("group-of-resetting", OTHER_HUB);
        register(device);

        JsonNode twin = otherTwin(device).json();
        assertThat(twin.at("/tags/plant").asString()).isEqualTo("first");
        assertThat(twin.at("/properties/desired/interval").asString()).isEqualTo("10 s");
        assertThat(twin.at("/properties/reported/firmware").isMissingNode()).isTrue();
        assertThatExceptionOfType(IotHubNotFoundException.class).isThrownBy(() -> twins.get(device.registrationId()));
    }

    /** The policy's factory reset. */
    @Test
    void policyReset_onTheSameHub_beginsAnewToo() throws Exception {
        Device device = usedDevice("factory-reset", true, false);

        register(device);

        Twin twin = twins.get(device.registrationId());
        assertThat(twin.getTags()).containsEntry("plant", "first");
        assertThat(twin.getDesiredProperties()).containsEntry("interval", "10 s");
        assertThat(twin.getReportedProperties()).isEmpty();
    }

    @Test
    void policyNever_leavesTheDeviceAndItsDataWhereTheyAre() throws Exception {
        Device device = usedDevice("staying", false, false);

        assign("group-of-staying", OTHER_HUB);
        register(device);

        Twin twin = twins.get(device.registrationId());
        assertThat(twin.getTags()).containsEntry("plant", "second");
        assertThat(twin.getReportedProperties()).containsEntry("firmware", "1.2.3");
        assertThat(otherTwin(device).status()).isEqualTo(404);
    }

    /** A device of a group of its own that has begun with the initial twin, and has another since. */
    private static Device usedDevice(String name, boolean updateHubAssignment, boolean migrateDeviceData)
            throws Exception {
        Authority authority = TestPki.root(name);
        String id = "group-of-" + name;
        new Enrolling(server).verifiedGroup(id, authority);
        EnrollmentGroup group = server.enrollments().getEnrollmentGroup(id);
        ReprovisionPolicy policy = new ReprovisionPolicy();
        policy.setUpdateHubAssignment(updateHubAssignment);
        policy.setMigrateDeviceData(migrateDeviceData);
        group.setReprovisionPolicy(policy);
        group.setInitialTwin(new TwinState(
                new TwinCollection(Map.of("plant", "first")), new TwinCollection(Map.of("interval", "10 s"))));
        server.enrollments().createOrUpdateEnrollmentGroup(group);
        assign(id, TestServer.HOST);
        Device device = authority.device(name);
        register(device);
        Twin initial = twins.get(name);
        assertThat(initial.getTags()).containsEntry("plant", "first");
        assertThat(initial.getDesiredProperties()).containsEntry("interval", "10 s");
        Twin change = new Twin(name);
        change.getTags().put("plant", "second");
        change.getDesiredProperties().put("interval", "60 s");
        twins.patch(change);
        SdkDevice.report(
                SdkDevice.hubClient(TestServer.HOST, name, server.trust().context(device)), "firmware", "1.2.3");
        assertThat(twins.get(name).getReportedProperties()).containsEntry("firmware", "1.2.3");
        return device;
    }

    private static void assign(String groupId, String hub) throws Exception {
        EnrollmentGroup group = server.enrollments().getEnrollmentGroup(groupId);
        group.setAllocationPolicy(AllocationPolicy.STATIC);
        group.setIotHubs(List.of(hub));
        server.enrollments().createOrUpdateEnrollmentGroup(group);
    }

    private static void register(Device device) throws Exception {
        SdkDevice.register(ProvisioningDeviceClientTransportProtocol.HTTPS, server.idScope(), device);
    }

    private static HttpPeer.Answer otherTwin(Device device) throws Exception {
        String key = server.controlPlane().hubConnectionString(OTHER_HUB).replaceFirst(".*SharedAccessKey=", "");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            peer.send("GET /twins/" + device.registrationId() + "?api-version=2021-04-12 HTTP/1.1\r\nHost: " + OTHER_HUB
                    + "\r\nAuthorization: " + HubToken.of(OTHER_HUB, key) + "&skn=iothubowner\r\n\r\n");
            return peer.answer().orElseThrow();
        }
    }
}
