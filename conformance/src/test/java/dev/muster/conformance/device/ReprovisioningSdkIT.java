package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientSubstatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AllocationPolicy;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ReprovisionPolicy;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * What a device sees that registers again after its enrollment names another hub, by the official Java SDKs.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-device-reprovision">DPS: reprovisioning</a>
 */
class ReprovisioningSdkIT {
    private static final String OTHER_HUB = "other.hub.example";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(List.of(OTHER_HUB));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The default of the service SDK's model and of the portal. */
    @EachTransport
    void policyMigrate_movesTheDevice(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("migrating-" + protocol);
        enroll(device, true, true);
        assertThat(register(protocol, device).getSubstatus())
                .isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
        assertThat(register(protocol, device).getSubstatus())
                .isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
        nameTheOtherHub(device);

        ProvisioningDeviceClientRegistrationResult moved = register(protocol, device);

        assertThat(moved.getIothubUri()).isEqualTo(OTHER_HUB);
        assertThat(moved.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.DEVICE_DATA_MIGRATED);
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice(device.registrationId()));
    }

    @EachTransport
    void policyReset_resetsTheDevice(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("resetting-" + protocol);
        enroll(device, true, false);
        register(protocol, device);
        assertThat(register(protocol, device).getSubstatus())
                .isEqualTo(ProvisioningDeviceClientSubstatus.DEVICE_DATA_RESET);
        nameTheOtherHub(device);

        ProvisioningDeviceClientRegistrationResult moved = register(protocol, device);

        assertThat(moved.getIothubUri()).isEqualTo(OTHER_HUB);
        assertThat(moved.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.DEVICE_DATA_RESET);
    }

    /** Deleting the record of the registration makes it a first one again. */
    @EachTransport
    void policyNever_keepsTheDeviceUntilItsRecordIsDeleted(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Device device = TestPki.selfSigned("staying-" + protocol);
        enroll(device, false, true);
        register(protocol, device);
        nameTheOtherHub(device);

        ProvisioningDeviceClientRegistrationResult again = register(protocol, device);
        assertThat(again.getIothubUri()).isEqualTo(TestServer.HOST);
        assertThat(again.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);

        server.enrollments().deleteDeviceRegistrationState(device.registrationId());
        ProvisioningDeviceClientRegistrationResult anew = register(protocol, device);
        assertThat(anew.getIothubUri()).isEqualTo(OTHER_HUB);
        assertThat(anew.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
    }

    private static void enroll(Device device, boolean updateHubAssignment, boolean migrateDeviceData) throws Exception {
        IndividualEnrollment wish = new Enrolling(server).wish(device);
        ReprovisionPolicy policy = new ReprovisionPolicy();
        policy.setUpdateHubAssignment(updateHubAssignment);
        policy.setMigrateDeviceData(migrateDeviceData);
        wish.setReprovisionPolicy(policy);
        put(wish, TestServer.HOST);
    }

    private static void nameTheOtherHub(Device device) throws Exception {
        put(server.enrollments().getIndividualEnrollment(device.registrationId()), OTHER_HUB);
    }

    private static void put(IndividualEnrollment enrollment, String hub) throws Exception {
        enrollment.setAllocationPolicy(AllocationPolicy.STATIC);
        enrollment.setIotHubs(List.of(hub));
        server.enrollments().createOrUpdateIndividualEnrollment(enrollment);
    }

    private static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, Device device) throws Exception {
        return SdkDevice.register(protocol, server.idScope(), device);
    }
}
