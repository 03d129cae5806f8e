package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TpmAttestation;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.SoftwareTpm;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.TpmProvider;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.TlsPeer;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * TPM attestation by the official Java SDK over HTTPS and AMQP, with a TPM that is not ours: it takes the server's keys
 * in, or the test ends there.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-tpm-attestation">DPS: TPM attestation</a>
 */
class TpmSdkIT {
    /** TPMs are for HTTPS and AMQP alone (reference 8.3). */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @EnumSource(names = {"HTTPS", "AMQPS", "AMQPS_WS"})
    @ParameterizedTest
    private @interface EachTpmTransport {}

    private static TestServer server;
    private static SoftwareTpm tpm;
    private static SoftwareTpm otherTpm;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        tpm = SoftwareTpm.start(server.directory("tpm"));
        otherTpm = SoftwareTpm.start(server.directory("tpm"));
    }

    @AfterAll
    static void stop() throws Exception {
        tpm.close();
        otherTpm.close();
        server.close();
    }

    /** Challenge, token, poll, and then the hub's key, which the TPM takes in as well (reference 8.3). */
    @EachTpmTransport
    void device_isAssignedAndConnectsWithTheKeyInItsTpm(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        String id = "tpm-device-" + protocol;
        TpmProvider device = enrolled(id, ProvisioningStatus.ENABLED);

        assertAssigned(register(protocol, device), id);
        visitHub(device, id);

        assertAssigned(register(protocol, device), id);
        visitHub(device, id);
        assertThat(server.registry().getDevice(id).getAuthenticationType()).isEqualTo(AuthenticationType.SAS);
    }

    /** The endorsement key is the identity; the device is told no more than that it is not known. */
    @EachTpmTransport
    void otherTpm_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "stolen-id-" + protocol;
        enrolled(id, ProvisioningStatus.ENABLED);

        assertThat(catchThrowable(() -> register(protocol, new TpmProvider(otherTpm, id))))
                .isInstanceOf(ProvisioningDeviceClientException.class);
        assertExplained(id, "its endorsement key", "enroll the endorsement key of the device");
    }

    /** 404201, as the C# SDK's end-to-end tests expect (reference 10.4). */
    @EachTpmTransport
    void unknownDevice_isNotFound(ProvisioningDeviceClientTransportProtocol protocol) {
        String id = "unknown-tpm-" + protocol;

        assertThat(catchThrowable(() -> register(protocol, new TpmProvider(tpm, id))))
                .isInstanceOf(ProvisioningDeviceClientException.class)
                .hasStackTraceContaining("404201");
        assertExplained(id, "no individual enrollment has its id", "enroll the device");
    }

    @EachTpmTransport
    void disabledDevice_isDisabled(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "disabled-tpm-" + protocol;
        TpmProvider device = enrolled(id, ProvisioningStatus.DISABLED);

        assertThatExceptionOfType(ProvisioningDeviceHubException.class).isThrownBy(() -> register(protocol, device));
        assertExplained(id, "it is disabled", "enable it");
    }

    @EachTpmTransport
    void deviceEnrolledByKey_isRefused(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        String id = "keyed-tpm-" + protocol;
        server.enrollments()
                .createOrUpdateIndividualEnrollment(new IndividualEnrollment(id, new SymmetricKeyAttestation("", "")));

        assertThat(catchThrowable(() -> register(protocol, new TpmProvider(tpm, id))))
                .isInstanceOf(ProvisioningDeviceClientException.class);
        assertExplained(id, "has symmetric key attestation", "symmetric key");
    }

    /**
     * The key of the challenge makes tokens for its device and for an hour; the C SDK needs the key's name (trap 29).
     */
    @Test
    void challenge_isProvedByAFreshTokenOfTheSameDevice() throws Exception {
        TpmProvider device = enrolled("raw-tpm", ProvisioningStatus.ENABLED);
        enrolled("raw-tpm-2", ProvisioningStatus.ENABLED);

        Answer challenge = put("raw-tpm", "");
        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.json().at("/keyName").asString()).isEqualTo("registration");
        assertThat(challenge.json().has("status")).isFalse();
        device.activateIdentityKey(Base64.getDecoder()
                .decode(challenge.json().at("/authenticationKey").asString()));

        assertThat(put("raw-tpm", device.token(server.idScope(), "raw-tpm", -600))
                        .status())
                .isEqualTo(401);
        assertExplained("raw-tpm", "its token expired 10 minutes ago", "clock");
        assertThat(put("raw-tpm-2", device.token(server.idScope(), "raw-tpm-2", 60))
                        .status())
                .isEqualTo(401);
        assertExplained("raw-tpm-2", "its token is not made with the key that its TPM was sent", "register anew");
        Answer accepted = put("raw-tpm", device.token(server.idScope(), "raw-tpm", 60));
        assertThat(accepted.status()).isEqualTo(202);

        String operation = "/operations/" + accepted.json().at("/operationId").asString();
        assertThat(ask("GET", "raw-tpm", operation, "", "").status()).isEqualTo(401);
        Answer result = ask("GET", "raw-tpm", operation, device.token(server.idScope(), "raw-tpm", 60), "");
        assertThat(result.json().at("/registrationState/tpm/authenticationKey").asString())
                .isNotBlank();
    }

    /** What is no public area of a storage key is refused before anything is done with it. */
    @Test
    void malformedKeys_areRefused() throws Exception {
        String good = Base64.getEncoder().encodeToString(tpm.endorsementKey());
        for (String bad : new String[] {"", "AAAA", "//8=", "no base64", good.substring(4), good + good}) {
            String body = "{\"registrationId\":\"bad-tpm\",\"tpm\":{\"endorsementKey\":\"" + bad
                    + "\",\"storageRootKey\":\"" + good + "\"}}";

            Answer answer = ask("PUT", "bad-tpm", "/register", "", body);

            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(400004);
            JsonNode attempt = server.controlPlane().attempts("bad-tpm").getFirst();
            assertThat(attempt.at("/outcome").asString()).startsWith("refused: ");
            assertThat(attempt.at("/trackingId").asString())
                    .isEqualTo(answer.json().at("/trackingId").asString());
            assertThat(attempt.at("/explanation/remedy").asString()).isNotBlank();
            assertThat(attempt.toString()).doesNotContain(good.substring(4));
        }
    }

    /** A storage root key is whatever the device says; some are no product of two primes. */
    @Test
    void nonsensicalStorageRootKeys_areSentAChallengeOrRefused() throws Exception {
        enrolled("nonsense-tpm", ProvisioningStatus.ENABLED);
        Random random = new Random(7);
        for (int round = 0; round < 40; round++) {
            byte[] key = tpm.storageRootKey();
            key[key.length - 1 - random.nextInt(255)] = (byte) random.nextInt();
            key[key.length - 1] = (byte) (round % 4 == 0 ? random.nextInt() : random.nextInt() | 1);

            assertThat(put("nonsense-tpm", Base64.getEncoder().encodeToString(key), "")
                            .status())
                    .isIn(400, 401);
        }
    }

    /** The endorsement key is no secret, and is shown as it was given (service reference 3.8). */
    @Test
    void enrollment_showsItsEndorsementKey() throws Exception {
        enrolled("shown-tpm", ProvisioningStatus.ENABLED);

        TpmAttestation shown = (TpmAttestation) server.enrollments()
                .getIndividualEnrollmentAttestationMechanism("shown-tpm")
                .getAttestation();

        assertThat(shown.getEndorsementKey()).isEqualTo(Base64.getEncoder().encodeToString(tpm.endorsementKey()));
    }

    private static TpmProvider enrolled(String id, ProvisioningStatus status) throws Exception {
        IndividualEnrollment wish = new IndividualEnrollment(
                id, new TpmAttestation(Base64.getEncoder().encodeToString(tpm.endorsementKey())));
        wish.setProvisioningStatus(status);
        server.enrollments().createOrUpdateIndividualEnrollment(wish);
        return new TpmProvider(tpm, id);
    }

    private static ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, TpmProvider device) throws Exception {
        return SdkDevice.register(protocol, server.idScope(), device);
    }

    private static void assertAssigned(ProvisioningDeviceClientRegistrationResult result, String id) {
        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(result.getIothubUri()).isEqualTo(TestServer.HOST);
        assertThat(result.getDeviceId()).isEqualTo(id);
    }

    private static void visitHub(TpmProvider device, String id) throws Exception {
        SdkDevice.visit(new DeviceClient(
                TestServer.HOST,
                id,
                device,
                IotHubClientProtocol.MQTT,
                ClientOptions.builder().build()));
    }

    private static void assertExplained(String id, String rule, String remedy) {
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/explanation/rule").asString()).contains(rule);
        assertThat(attempt.at("/explanation/remedy").asString()).contains(remedy);
    }

    private static Answer put(String id, String token) throws Exception {
        return put(id, Base64.getEncoder().encodeToString(tpm.storageRootKey()), token);
    }

    private static Answer put(String id, String storageRootKey, String token) throws Exception {
        String body = "{\"registrationId\":\"%s\",\"tpm\":{\"endorsementKey\":\"%s\",\"storageRootKey\":\"%s\"}}"
                .formatted(id, Base64.getEncoder().encodeToString(tpm.endorsementKey()), storageRootKey);
        return ask("PUT", id, "/register", token, body);
    }

    private static Answer ask(String method, String id, String path, String token, String body) throws Exception {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request(
                    method,
                    "/" + server.idScope() + "/registrations/" + id + path + "?api-version=2021-06-01",
                    "Content-Type: application/json" + (token.isEmpty() ? "" : "\nAuthorization: " + token),
                    body);
        }
    }
}
