package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestPki.Validity;
import dev.muster.conformance.harness.TestServer;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/**
 * The official Java device SDK, provisioning-device-client 2.1.3, when it is refused: what its application sees, that
 * nothing was written, and that the owner finds certificate, rule and remedy.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-troubleshoot-dps">DPS: troubleshooting</a>
 */
class ProvisioningRefusalSdkIT {
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

    /** An id scope names one service (reference 11.1); the owner is told both. */
    @EachTransport
    void unknownIdScope_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("wrong-scope-" + protocol);
        enrolling.individual(device);

        Throwable refusal = catchThrowable(() -> SdkDevice.register(protocol, "0neFFFFFFFF", device));

        assertThat(refusal).isInstanceOf(ProvisioningDeviceClientException.class);
        assertNothingWritten(device.registrationId());
        assertExplained(protocol, device.registrationId(), "0neFFFFFFFF", server.idScope(), "id scope");
    }

    /**
     * 401002 "CA certificate not found.", as Azure answers before it has looked for an enrollment (service reference
     * 5.4).
     */
    @EachTransport
    void unknownDevice_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("unknown-" + protocol);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=unknown", "no enrollment", "enroll the device");
    }

    /** The CN must be the registration id (Azure: X.509 attestation). */
    @EachTransport
    void wrongCommonName_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Naming Root " + protocol);
        enrolling.verifiedGroup("naming-" + protocol, root);
        Device device = root.device("my-name-" + protocol).presenting(1);

        assertRefused(
                "your-name-" + protocol,
                () -> SdkDevice.registerAs("your-name-" + protocol, protocol, server.idScope(), device));

        assertExplained(protocol, "your-name-" + protocol, "CN=my-name", "common name", "register as");
    }

    /** A certificate that is not the enrolled one, although its name is. */
    @EachTransport
    void otherCertificateOfTheSameName_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        enrolling.individual(TestPki.selfSigned("impostor-" + protocol));
        Device impostor = TestPki.selfSigned("impostor-" + protocol);

        assertRefused(protocol, impostor);

        assertExplained(protocol, impostor.registrationId(), impostor.thumbprint(), "neither the primary", "store it");
    }

    /** An enrolled certificate ends when it says (Azure: how to roll device certificates). */
    @EachTransport
    void expiredLeafOfAnIndividual_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("expired-" + protocol, Validity.EXPIRED);
        enrolling.individual(device);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=expired", "expired", "");
    }

    /** RFC 5280 section 6.1.3, at the first certificate. */
    @EachTransport
    void expiredLeafOfAGroup_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Lapsing Root " + protocol);
        enrolling.verifiedGroup("lapsing-" + protocol, root);
        Device device = root.device("lapsed-" + protocol, Validity.EXPIRED).presenting(1);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=lapsed", "expired", "");
    }

    /** RFC 5280 section 6.1.3; more often than not a clock is wrong. */
    @EachTransport
    void leafThatIsNotYetValid_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Early Root " + protocol);
        enrolling.verifiedGroup("early-" + protocol, root);
        Device device = root.device("early-" + protocol, Validity.FUTURE).presenting(1);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=early", "not valid before", "clock");
    }

    /** RFC 5280 section 6.1.3, at the certificate between. */
    @EachTransport
    void expiredIntermediate_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Patient Root " + protocol);
        enrolling.verifiedGroup("patient-" + protocol, root);
        Device device = root.expiredIntermediate("Expired Plant")
                .device("below-expired-" + protocol)
                .presenting(2);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=Expired Plant", "expired", "");
    }

    /** Every certificate up to the verified one must be presented (Azure: X.509 attestation). */
    @EachTransport
    void missingIntermediate_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Remote Root " + protocol);
        enrolling.verifiedGroup("remote-" + protocol, root);
        Device device = root.intermediate("Forgotten Plant")
                .device("incomplete-" + protocol)
                .presenting(1);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=incomplete", "CN=Forgotten Plant", "send every");
    }

    /** A device that could issue certificates could be any device. */
    @EachTransport
    void leafThatIsAnAuthority_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Generous Root " + protocol);
        enrolling.verifiedGroup("generous-" + protocol, root);
        Device device = root.deviceThatIsAnAuthority("authority-" + protocol).presenting(1);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=authority", "CA", "");
    }

    /** A group's certificate counts only once its owner proved to hold the key (service reference 5.4). */
    @EachTransport
    void unverifiedAuthority_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Unproved Root " + protocol);
        server.controlPlane().add("unproved-" + protocol, root);
        enrolling.group("unproved-" + protocol, root);
        Device device = root.device("unproved-" + protocol);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "CN=Unproved Root", "verified", "prove possession");
    }

    /** Work is bounded before it begins. */
    @EachTransport
    void chainOfTooManyCertificates_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Tall Root " + protocol);
        enrolling.verifiedGroup("tall-" + protocol, root);
        Authority issuer = root;
        for (int level = 0; level < 12; level++) {
            issuer = issuer.intermediate("Level " + level);
        }
        Device device = issuer.device("tall-" + protocol);

        assertRefused(protocol, device);

        assertExplained(protocol, device.registrationId(), "chain", "10", "");
    }

    /** A disabled enrollment ends in status disabled, on record, and no device (service reference 6.3). */
    @EachTransport
    void disabledIndividual_isDisabled(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = TestPki.selfSigned("disabled-" + protocol);
        enrolling.disabledIndividual(device);

        assertDisabled(protocol, device, "individual enrollment 'disabled-" + protocol + "'");
    }

    /** A disabled group ends in status disabled as an individual enrollment does (service reference 6.3). */
    @EachTransport
    void disabledGroup_disablesItsDevices(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Disabled Root " + protocol);
        enrolling.verifiedGroup("disabled-group-" + protocol, root);
        enrolling.disableGroup("disabled-group-" + protocol);
        Device device = root.device("of-disabled-group-" + protocol).presenting(1);

        assertDisabled(protocol, device, "enrollment group 'disabled-group-" + protocol + "'");
    }

    /** The individual entry is found first, and what is found first decides (Azure: how to disenroll a device). */
    @EachTransport
    void disabledIndividualOfAnEnabledGroup_isDisabled(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Authority root = TestPki.root("Enabled Root " + protocol);
        enrolling.verifiedGroup("enabled-group-" + protocol, root);
        Device device = root.device("black-sheep-" + protocol).presenting(1);
        enrolling.disabledIndividual(device);

        assertDisabled(protocol, device, "individual enrollment 'black-sheep-" + protocol + "'");
    }

    /** The nearest enrolled issuer decides, a disabled one too, however enabled the group of the root. */
    @EachTransport
    void disabledNearestGroup_disablesItsDevices(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Authority root = TestPki.root("Far Root " + protocol);
        enrolling.verifiedGroup("far-" + protocol, root);
        Authority plant = root.intermediate("Near Plant " + protocol);
        enrolling.group("near-" + protocol, plant);
        enrolling.disableGroup("near-" + protocol);
        Device device = plant.device("of-near-plant-" + protocol).presenting(2);

        assertDisabled(protocol, device, "enrollment group 'near-" + protocol + "'");
    }

    private static void assertRefused(ProvisioningDeviceClientTransportProtocol protocol, Device device)
            throws Exception {
        assertRefused(device.registrationId(), () -> SdkDevice.register(protocol, server.idScope(), device));
    }

    private static void assertRefused(String registrationId, ThrowingCallable registering) throws Exception {
        Throwable refusal = catchThrowable(registering);

        assertThat(refusal)
                .isInstanceOf(ProvisioningDeviceClientException.class)
                .hasStackTraceContaining("401002");
        assertNothingWritten(registrationId);
    }

    private static void assertNothingWritten(String registrationId) {
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> server.enrollments().getDeviceRegistrationState(registrationId));
        assertNoDevice(registrationId);
    }

    private static void assertNoDevice(String deviceId) {
        assertThatExceptionOfType(IotHubNotFoundException.class)
                .isThrownBy(() -> server.registry().getDevice(deviceId));
    }

    private static void assertDisabled(
            ProvisioningDeviceClientTransportProtocol protocol, Device device, String enrollment) throws Exception {
        assertThatExceptionOfType(ProvisioningDeviceHubException.class)
                .isThrownBy(() -> SdkDevice.register(protocol, server.idScope(), device));
        assertThat(server.enrollments()
                        .getDeviceRegistrationState(device.registrationId())
                        .getStatus())
                .isEqualTo(EnrollmentStatus.DISABLED);
        assertNoDevice(device.registrationId());
        assertExplained(protocol, device.registrationId(), enrollment, "disabled", "enable");
    }

    private static void assertExplained(
            ProvisioningDeviceClientTransportProtocol protocol,
            String registrationId,
            String subject,
            String rule,
            String remedy) {
        JsonNode attempt = server.controlPlane().attempts(registrationId).getFirst();
        assertThat(attempt.at("/succeeded").asBoolean()).isFalse();
        assertThat(attempt.at("/transport").asString()).isEqualTo(protocol.name());
        String explanation = attempt.at("/explanation/subject").asString() + ": "
                + attempt.at("/explanation/rule").asString();
        assertThat(explanation.toLowerCase(Locale.ROOT))
                .contains(subject.toLowerCase(Locale.ROOT), rule.toLowerCase(Locale.ROOT));
        assertThat(attempt.at("/explanation/remedy").asString()).isNotBlank().containsIgnoringCase(remedy);
    }
}
