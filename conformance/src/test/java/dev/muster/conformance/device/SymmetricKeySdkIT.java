package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientSubstatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AttestationMechanism;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.AttestationMechanismType;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentGroup;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientException;
import com.microsoft.azure.sdk.iot.provisioning.service.exceptions.ProvisioningServiceClientNotFoundException;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.TlsPeer;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Symmetric keys by the official Java SDKs: the service client makes the enrollments, the device client registers by
 * their keys and goes on to its hub.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation">DPS: symmetric key
 *     attestation</a>
 */
class SymmetricKeySdkIT {
    private static final String STRANGE_KEY = Base64.getEncoder().encodeToString(new byte[64]);

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The keys that the service makes are shown when they are made, and by the attestation mechanism (3.8). */
    @EachTransport
    void individualDevice_isAssignedAndConnectsWithItsKey(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        String id = "Keyed-" + protocol;
        SymmetricKeyAttestation keys = individual(id, ProvisioningStatus.ENABLED);

        assertAssigned(register(protocol, id, keys.getPrimaryKey()), id);
        assertAssigned(register(protocol, id, keys.getSecondaryKey()), id);

        assertThat(server.registry().getDevice(id).getPrimaryKey()).isEqualTo(keys.getPrimaryKey());
        assertThat(server.registry().getDevice(id).getSecondaryKey()).isEqualTo(keys.getSecondaryKey());
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, keys.getPrimaryKey()));
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, keys.getSecondaryKey()));
        assertThatExceptionOfType(IotHubClientException.class)
                .isThrownBy(() -> SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, STRANGE_KEY)));
    }

    /** Each device of the group has a key made of the group's and of its own id, in its hub too. */
    @EachTransport
    void groupsDevice_isAssignedAndConnectsWithItsDerivedKey(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        String id = "Derived-" + protocol;
        String groupKey = group("keys-" + protocol, ProvisioningStatus.ENABLED).getPrimaryKey();
        String key = SdkDevice.derivedKey(groupKey, id);

        assertAssigned(register(protocol, id, key), id);

        assertThat(server.registry().getDevice(id).getPrimaryKey()).isEqualTo(key);
        assertThat(server.enrollments().getDeviceRegistrationState(id).getDeviceId())
                .isEqualTo(id);
        SdkDevice.visit(SdkDevice.hubClient(TestServer.HOST, id, key));
    }

    /** Azure's documents advise to derive from the id in lower case, whatever the device calls itself. */
    @EachTransport
    void keyDerivedFromTheIdInLowerCase_isTaken(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "LOWER-" + protocol;
        String groupKey = group("lower-" + protocol, ProvisioningStatus.ENABLED).getSecondaryKey();

        assertAssigned(register(protocol, id, SdkDevice.derivedKey(groupKey, id.toLowerCase(Locale.ROOT))), id);
    }

    @EachTransport
    void wrongKey_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "wrong-key-" + protocol;
        individual(id, ProvisioningStatus.ENABLED);

        assertRefused(protocol, id, STRANGE_KEY);
        assertExplained(protocol, id, "neither the primary nor the secondary key", "enrollment's keys");
    }

    /** Nobody but the owner is told whether a device is unknown or has the wrong key. */
    @EachTransport
    void unknownDevice_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "unknown-key-" + protocol;

        assertRefused(protocol, id, STRANGE_KEY);
        assertExplained(protocol, id, "no individual enrollment has its id", "enroll the device");
    }

    /** The key of another device of the group is not this one's. */
    @EachTransport
    void keyOfAnotherDevice_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String groupKey =
                group("others-" + protocol, ProvisioningStatus.ENABLED).getPrimaryKey();
        String id = "impostor-key-" + protocol;

        assertRefused(protocol, id, SdkDevice.derivedKey(groupKey, "another-device"));
        assertExplained(protocol, id, "derived from none of the", "muster keys derive");
    }

    /** A device whose enrollment holds a certificate has no use for a key. */
    @EachTransport
    void deviceEnrolledByCertificate_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "certified-" + protocol;
        new Enrolling(server).individual(TestPki.selfSigned(id));

        assertRefused(protocol, id, STRANGE_KEY);
        assertExplained(protocol, id, "has X.509 attestation", "certificate");
    }

    @EachTransport
    void disabledIndividual_isDisabled(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "disabled-key-" + protocol;
        SymmetricKeyAttestation keys = individual(id, ProvisioningStatus.DISABLED);

        assertDisabled(protocol, id, keys.getPrimaryKey(), "individual enrollment 'disabled-key-");
    }

    @EachTransport
    void disabledGroup_disablesItsDevices(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "of-disabled-keys-" + protocol;
        String groupKey =
                group("disabled-keys-" + protocol, ProvisioningStatus.DISABLED).getPrimaryKey();

        assertDisabled(protocol, id, SdkDevice.derivedKey(groupKey, id), "enrollment group 'disabled-keys-");
    }

    /** The SDKs make tokens that are good for long; a device whose clock is slow sends an old one all the same. */
    @Test
    void expiredToken_isRefused() throws Exception {
        String key = individual("slow-clock", ProvisioningStatus.ENABLED).getPrimaryKey();

        Answer answer = put("slow-clock", HubToken.of(resource("slow-clock"), key, Duration.ofMinutes(-17)));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
        assertExplained(
                ProvisioningDeviceClientTransportProtocol.HTTPS,
                "slow-clock",
                "its token expired 17 minutes ago",
                "check the device's clock");
    }

    /** IoT Edge polls with the token of 30 seconds that it registered with (trap 21); anybody else's is refused. */
    @Test
    void poll_needsATokenOfTheDevice() throws Exception {
        String key = individual("polling", ProvisioningStatus.ENABLED).getPrimaryKey();
        String otherKey = individual("curious", ProvisioningStatus.ENABLED).getPrimaryKey();
        String token = HubToken.of(resource("polling"), key, Duration.ofSeconds(-90));
        String operation = put("polling", token).json().at("/operationId").asString();

        assertThat(poll("polling", operation, token)
                        .json()
                        .at("/registrationState/status")
                        .asString())
                .isEqualTo("assigned");
        assertThat(poll("polling", operation, HubToken.of(resource("curious"), otherKey, Duration.ofHours(1)))
                        .status())
                .isEqualTo(401);
        assertThat(poll("polling", operation, HubToken.of(resource("polling"), otherKey, Duration.ofHours(1)))
                        .status())
                .isEqualTo(401);
    }

    /**
     * Keys are in the answer to a PUT and in the attestation mechanism, and not in an enrollment that is read (3.8).
     */
    @Test
    void keys_areShownWhereAzureShowsThem() throws Exception {
        SymmetricKeyAttestation made = individual("shown", ProvisioningStatus.ENABLED);
        assertThat(Base64.getDecoder().decode(made.getPrimaryKey())).hasSize(64);

        AttestationMechanism mechanism = server.enrollments().getIndividualEnrollmentAttestationMechanism("shown");
        assertThat(mechanism.getType()).isEqualTo(AttestationMechanismType.SYMMETRIC_KEY);
        SymmetricKeyAttestation shown = (SymmetricKeyAttestation) mechanism.getAttestation();
        assertThat(shown.getPrimaryKey()).isEqualTo(made.getPrimaryKey());
        assertThat(shown.getSecondaryKey()).isEqualTo(made.getSecondaryKey());
        assertThat(server.enrollments().getIndividualEnrollment("shown").getRegistrationId())
                .isEqualTo("shown");
    }

    /** What was read has no keys in it; written back, it must not change them (3.9). */
    @Test
    void enrollmentThatIsReadAndWritten_keepsItsKeys() throws Exception {
        SymmetricKeyAttestation made = group("kept", ProvisioningStatus.ENABLED);

        EnrollmentGroup read = server.enrollments().getEnrollmentGroup("kept");
        read.setAttestation(new SymmetricKeyAttestation("", ""));
        read.setProvisioningStatus(ProvisioningStatus.DISABLED);
        SymmetricKeyAttestation after = (SymmetricKeyAttestation)
                server.enrollments().createOrUpdateEnrollmentGroup(read).getAttestation();

        assertThat(after.getPrimaryKey()).isEqualTo(made.getPrimaryKey());
        assertThat(after.getSecondaryKey()).isEqualTo(made.getSecondaryKey());
    }

    private static SymmetricKeyAttestation individual(String id, ProvisioningStatus status)
            throws ProvisioningServiceClientException {
        IndividualEnrollment wish = new IndividualEnrollment(id, new SymmetricKeyAttestation("", ""));
        wish.setProvisioningStatus(status);
        return (SymmetricKeyAttestation)
                server.enrollments().createOrUpdateIndividualEnrollment(wish).getAttestation();
    }

    private static SymmetricKeyAttestation group(String id, ProvisioningStatus status)
            throws ProvisioningServiceClientException {
        EnrollmentGroup wish = new EnrollmentGroup(id, new SymmetricKeyAttestation("", ""));
        wish.setProvisioningStatus(status);
        return (SymmetricKeyAttestation)
                server.enrollments().createOrUpdateEnrollmentGroup(wish).getAttestation();
    }

    private static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, String id, String key) throws Exception {
        return SdkDevice.register(protocol, server.idScope(), new SecurityProviderSymmetricKey(key, key, id));
    }

    private static void assertAssigned(ProvisioningDeviceClientRegistrationResult result, String id) throws Exception {
        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(result.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
        assertThat(result.getIothubUri()).isEqualTo(TestServer.HOST);
        assertThat(result.getDeviceId()).isEqualTo(id);
        assertThat(server.registry().getDevice(id).getAuthenticationType()).isEqualTo(AuthenticationType.SAS);
    }

    private static void assertRefused(ProvisioningDeviceClientTransportProtocol protocol, String id, String key) {
        Throwable refusal = catchThrowable(() -> register(protocol, id, key));

        assertThat(refusal)
                .isInstanceOf(ProvisioningDeviceClientException.class)
                .hasStackTraceContaining("401002");
        assertThatExceptionOfType(ProvisioningServiceClientNotFoundException.class)
                .isThrownBy(() -> server.enrollments().getDeviceRegistrationState(id));
    }

    private static void assertDisabled(
            ProvisioningDeviceClientTransportProtocol protocol, String id, String key, String enrollment) {
        assertThatExceptionOfType(ProvisioningDeviceHubException.class).isThrownBy(() -> register(protocol, id, key));
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/explanation/subject").asString()).startsWith(enrollment);
        assertThat(attempt.at("/explanation/remedy").asString()).isEqualTo("enable it");
    }

    private static void assertExplained(
            ProvisioningDeviceClientTransportProtocol protocol, String id, String rule, String remedy) {
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/transport").asString()).isEqualTo(protocol.name());
        assertThat(attempt.at("/explanation/subject").asString()).isEqualTo("device '" + id + "'");
        assertThat(attempt.at("/explanation/rule").asString()).contains(rule);
        assertThat(attempt.at("/explanation/remedy").asString()).contains(remedy);
    }

    private static String resource(String id) {
        return server.idScope() + "/registrations/" + id;
    }

    private static Answer put(String id, String token) throws Exception {
        return ask("PUT", id, "/register", token, "{\"registrationId\":\"" + id + "\"}");
    }

    private static Answer poll(String id, String operation, String token) throws Exception {
        return ask("GET", id, "/operations/" + operation, token, "");
    }

    private static Answer ask(String method, String id, String path, String token, String body) throws Exception {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request(
                    method,
                    "/" + resource(id) + path + "?api-version=2021-06-01",
                    "Content-Type: application/json\nAuthorization: " + token,
                    body);
        }
    }
}
