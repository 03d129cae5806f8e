package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientSubstatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.DeviceRegistrationState;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.X509Attestation;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.pki.Pem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The official Java device SDK, provisioning-device-client 2.1.3, with X.509 certificates that are good enough.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-x509-attestation">DPS: X.509 attestation</a>
 */
class ProvisioningDeviceSdkIT {
    private static TestServer server;
    private static Enrolling enrolling;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        enrolling = new Enrolling(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** An individual enrollment needs no authority: the leaf itself is matched (service reference 5.4). */
    @EachTransport
    void selfSignedDevice_isAssigned(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("self-signed-" + protocol);
        enrolling.individual(device);

        assertAssigned(register(protocol, device), device);
    }

    /** The chain above an enrolled leaf does not matter. */
    @EachTransport
    void issuedDevice_isAssignedByItsOwnEnrollment(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Device device = TestPki.root("Unknown Root").intermediate("Unknown CA").device("issued-" + protocol);
        enrolling.individual(device);

        assertAssigned(register(protocol, device), device);
    }

    /** The secondary slot is for rolling; its thumbprint becomes the hub's primary one (service reference 7.2). */
    @EachTransport
    void secondaryCertificate_isAsGoodAsThePrimary(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Device primary = TestPki.selfSigned("rolling-" + protocol);
        Device secondary = TestPki.selfSigned("rolling-" + protocol);
        server.enrollments()
                .createOrUpdateIndividualEnrollment(new IndividualEnrollment(
                        "rolling-" + protocol,
                        X509Attestation.createFromClientCertificates(
                                Pem.write(primary.leaf()), Pem.write(secondary.leaf()))));

        assertAssigned(register(protocol, secondary), secondary);
        assertAssigned(register(protocol, primary), primary);
    }

    /** The device id is the enrollment's where it says one (service reference 6.3). */
    @EachTransport
    void deviceId_isTheEnrollmentsWhereItSaysOne(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("registration-" + protocol);
        IndividualEnrollment enrollment = enrolling.wish(device);
        enrollment.setDeviceId("device-" + protocol);
        server.enrollments().createOrUpdateIndividualEnrollment(enrollment);

        ProvisioningDeviceClientRegistrationResult result = register(protocol, device);

        assertThat(result.getDeviceId()).isEqualTo("device-" + protocol);
        assertThat(result.getRegistrationId()).isEqualTo("registration-" + protocol);
        assertThat(server.registry().getDevice("device-" + protocol).getPrimaryThumbprint())
                .isEqualToIgnoringCase(device.thumbprint());
    }

    /** The verified root is the group's own certificate; the device presents what is between (tutorial). */
    @EachTransport
    void groupByItsRoot_assignsADeviceBehindAnIntermediate(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Authority root = TestPki.root("Root " + protocol);
        enrolling.verifiedGroup("by-root-" + protocol, root);
        Device device = root.intermediate("Plant").intermediate("Line").device("behind-root-" + protocol);

        assertAssigned(register(protocol, device.presenting(3)), device);
    }

    /** A device may send the root as well; several device SDKs' samples do. */
    @EachTransport
    void groupByItsRoot_assignsADeviceThatSendsTheRootToo(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Authority root = TestPki.root("Sent Root " + protocol);
        enrolling.verifiedGroup("by-sent-root-" + protocol, root);
        Device device = root.device("sending-root-" + protocol);

        assertAssigned(register(protocol, device), device);
    }

    /** An intermediate can be verified by itself; the device then presents nothing above its leaf's issuer. */
    @EachTransport
    void groupByAVerifiedIntermediate_assigns(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority intermediate = TestPki.root("Hidden Root").intermediate("Verified Plant " + protocol);
        enrolling.verifiedGroup("by-intermediate-" + protocol, intermediate);
        Device device = intermediate.device("behind-intermediate-" + protocol);

        assertAssigned(register(protocol, device.presenting(2)), device);
    }

    /** An enrolled intermediate that is not verified itself must lead to one that is (service reference 5.4). */
    @EachTransport
    void groupByAnIntermediateBelowAVerifiedRoot_assigns(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Authority root = TestPki.root("Rolled-up Root " + protocol);
        server.controlPlane().addVerified("rolled-up-" + protocol, root);
        Authority intermediate = root.intermediate("Rolled-up Plant");
        enrolling.group("rolled-up-" + protocol, intermediate);
        Device device = intermediate.device("rolled-up-" + protocol);

        assertAssigned(register(protocol, device.presenting(2)), device);
    }

    /** A group can name its authority instead of holding its certificate. */
    @EachTransport
    void groupByReference_assigns(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Referenced Root " + protocol);
        server.controlPlane().addVerified("referenced-" + protocol, root);
        enrolling.group("referenced-" + protocol, X509Attestation.createFromCAReferences("referenced-" + protocol));
        Device device = root.device("referenced-" + protocol);

        assertAssigned(register(protocol, device.presenting(1)), device);
    }

    /** Either of a group's two authorities will do, so that one can be rolled. */
    @EachTransport
    void secondaryAuthorityOfAGroup_isAsGoodAsThePrimary(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Authority primary = TestPki.root("Old Root " + protocol);
        Authority secondary = TestPki.root("New Root " + protocol);
        server.controlPlane().addVerified("old-" + protocol, primary);
        server.controlPlane().addVerified("new-" + protocol, secondary);
        enrolling.group(
                "two-authorities-" + protocol,
                X509Attestation.createFromRootCertificates(
                        Pem.write(primary.certificate()), Pem.write(secondary.certificate())));
        Device device = secondary.device("of-new-root-" + protocol);

        assertAssigned(register(protocol, device.presenting(1)), device);
    }

    /** Azure compares the common name with the registration id without regard to case (reference 8.1). */
    @EachTransport
    void commonName_mayDifferFromTheRegistrationIdInCase(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Device device = TestPki.selfSigned("Mixed-Case-" + protocol);
        enrolling.individual(device);

        ProvisioningDeviceClientRegistrationResult result =
                SdkDevice.registerAs("mixed-case-" + protocol, protocol, server.idScope(), device);

        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
    }

    /**
     * A renewed leaf below the same authority leads to the same device, whose hub then takes the new certificate and
     * refuses the old one (Azure: how to roll device certificates).
     */
    @EachTransport
    void renewedLeaf_replacesTheOldOneInTheHub(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Renewing Root " + protocol);
        enrolling.verifiedGroup("renewing-" + protocol, root);
        String id = "renewed-" + protocol;
        Device old = root.device(id).presenting(1);
        Device renewed = root.device(id).presenting(1);
        assertAssigned(register(protocol, old), old);
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, server.trust().context(old)));
        String generation = server.registry().getDevice(id).getGenerationId();

        assertAssigned(register(protocol, renewed), renewed);

        assertThat(server.registry().getDevice(id).getGenerationId()).isEqualTo(generation);
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, server.trust().context(renewed)));
        assertThatExceptionOfType(IotHubClientException.class)
                .isThrownBy(() -> SdkDevice.visit(
                        SdkDevice.hubClient(TestServer.HOST, id, server.trust().context(old))));
    }

    private static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, Device device) throws Exception {
        return SdkDevice.register(protocol, server.idScope(), device);
    }

    /** What the application, the service and the hub see of a device that was assigned. */
    private static void assertAssigned(ProvisioningDeviceClientRegistrationResult result, Device device)
            throws Exception {
        String id = device.registrationId();
        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(result.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
        assertThat(result.getIothubUri()).isEqualTo(TestServer.HOST);
        assertThat(result.getRegistrationId()).isEqualTo(id);
        assertThat(result.getDeviceId()).isEqualTo(id);
        DeviceRegistrationState stored = server.enrollments().getDeviceRegistrationState(id);
        assertThat(stored.getStatus()).isEqualTo(EnrollmentStatus.ASSIGNED);
        assertThat(stored.getAssignedHub()).isEqualTo(TestServer.HOST);
        assertThat(stored.getEtag()).isEqualTo(result.getETag());
        com.microsoft.azure.sdk.iot.service.registry.Device inHub =
                server.registry().getDevice(id);
        assertThat(inHub.getAuthenticationType()).isEqualTo(AuthenticationType.SELF_SIGNED);
        assertThat(inHub.getPrimaryThumbprint()).isEqualToIgnoringCase(device.thumbprint());
        assertThat(server.controlPlane()
                        .attempts(id)
                        .getFirst()
                        .at("/succeeded")
                        .asBoolean())
                .isTrue();
    }
}
