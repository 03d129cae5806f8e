package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.Message;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpProvisioning;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A certificate from a request at first boot, as the previews 2025-07-01 and 2021-11-01 have it.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
@Execution(ExecutionMode.SAME_THREAD)
class ZeroTouchIT {
    private static Path directory;
    private static TestServer server;
    private static Onboarding onboarding;

    @BeforeAll
    static void start() {
        directory = TestServer.newDirectory();
        server = TestServer.start(directory, List.of());
        onboarding = new Onboarding(server);
        onboarding.authority("plant", Duration.ofDays(30));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** P-384 is what the documents ask for, and their own sample makes P-256 (reference a.7). */
    @ParameterizedTest
    @EnumSource(
            value = KeyAlgorithm.class,
            names = {"EC_P256", "EC_P384", "RSA_2048"})
    void deviceWithAKey_getsACertificate_andConnectsWithIt(KeyAlgorithm algorithm) throws Exception {
        String id = "Keyed-" + algorithm;
        onboarding.enroll(id, Onboarding.issuedBy("plant"));
        Wish wish = Wish.of(id, algorithm);

        JsonNode result = onboarding.registered(wish);
        Device device = wish.granted(result);

        assertThat(device.chain())
                .extracting(certificate -> certificate.commonName().orElseThrow())
                .containsExactly(id, "Authority plant", "Authority plant-root");
        assertThat(device.leaf().isSignedBy(device.chain().get(1))).isTrue();
        assertThat(result.at("/registrationState/symmetricKey").isObject()).isTrue();
        assertThat(server.registry().getDevice(id).getPrimaryThumbprint()).isEqualTo(device.thumbprint());
        onboarding.assertConnects(id, device);
        JsonNode attempt = server.controlPlane().attempts(id).getFirst();
        assertThat(attempt.at("/outcome").asString())
                .contains(
                        "assigned to " + TestServer.HOST,
                        "certificate authority 'plant' issued certificate "
                                + device.leaf().x509().getSerialNumber().toString(16),
                        "valid until " + device.leaf().notAfter());
        Answer lookUp = onboarding.call(id, Onboarding.VERSION, Optional.empty(), "POST", "", "{}");
        assertThat(lookUp.json().has("issuedCertificateChain")).isFalse();
    }

    @Test
    void javaDeviceSdk_connectsWithTheIssuedCertificate() throws Exception {
        onboarding.enroll("sdk-device", Onboarding.issuedBy("plant"));
        Wish wish = Wish.of("sdk-device");
        Device device = wish.granted(onboarding.registered(wish));

        DeviceClient client = SdkDevice.hubClient(
                TestServer.HOST, "sdk-device", server.trust().context(device));
        client.open(false);
        client.sendEvent(new Message("alive"));
        client.close();

        assertThat(server.controlPlane().eventBodies("sdk-device")).containsExactly("alive");
    }

    /** Over MQTT the Java and C# previews ask, over AMQP the C SDK does too (reference 9.2). */
    @ParameterizedTest
    @ValueSource(strings = {"2025-07-01-preview", "2026-11-02-preview"})
    void deviceWithACertificate_getsAnother_overMqtt(String version) throws Exception {
        Device bootstrap = enrolledByCertificate("mqtt-" + version);
        Wish wish = Wish.of("mqtt-" + version);
        try (MqttPeer peer = MqttPeer.connect(server, bootstrap)) {
            peer.send(new MqttPeer.Connect(
                            wish.id(),
                            server.idScope() + "/registrations/" + wish.id() + "/api-version=" + version,
                            null,
                            true,
                            60)
                    .packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", wish.body()));
            String operation = MqttProvisioning.operationOf(peer.expect(MqttPeer.PUBLISH));
            peer.send(MqttPeer.publish(0, 0, MqttPeer.POLL + "2&operationId=" + operation, ""));

            Device device = wish.granted(peer.expect(MqttPeer.PUBLISH).json());

            onboarding.assertConnects(wish.id(), device);
            onboarding.assertTurnedAway(wish.id(), bootstrap);
        }
    }

    @Test
    void deviceWithACertificate_getsAnother_overAmqp() throws Exception {
        Device bootstrap = enrolledByCertificate("amqp-device");
        Wish wish = Wish.of("amqp-device");
        AmqpProvisioning amqp = new AmqpProvisioning(server);
        try (AmqpPeer peer = amqp.attached(bootstrap, amqp.address("amqp-device"))) {
            peer.send(AmqpPeer.transfer(1, 0, AmqpPeer.register(), AmqpPeer.data(AmqpProvisioning.bytes(wish.body()))));
            String operation =
                    AmqpProvisioning.answer(peer).json().at("/operationId").asString();
            peer.send(AmqpPeer.transfer(1, 1, AmqpPeer.poll(operation)));

            Device device = wish.granted(AmqpProvisioning.answer(peer).json());

            onboarding.assertConnects("amqp-device", device);
        }
    }

    /** One certificate in PEM, and whom to trust (reference 9.1). */
    @Test
    void preview2021_getsACertificateInPem_andTheTrustBundle() throws Exception {
        String version = "2021-11-01-preview";
        Device root = TestPki.selfSigned("trusted");
        onboarding.put(
                "trustBundles/roots",
                "{\"certificates\":[{\"certificate\":\""
                        + Base64.getEncoder().encodeToString(root.leaf().der()) + "\"}]}");
        onboarding.enroll(
                "old-preview",
                ",\"trustBundleId\":\"roots\",\"clientCertificateIssuancePolicy\":{\"certificateAuthorityName\":\"plant\"}");
        KeyPair keys = TestPki.newKeys();
        String body = "{\"clientCertificateCsr\":\""
                + Csr.of("old-preview", keys).pem().replace("\n", "\\n") + "\"}";

        String operation = onboarding
                .call("old-preview", version, Optional.empty(), "PUT", "/register", body)
                .json()
                .at("/operationId")
                .asString();
        JsonNode state = onboarding
                .call("old-preview", version, Optional.empty(), "GET", "/operations/" + operation, "")
                .json()
                .at("/registrationState");

        String pem = state.at("/issuedClientCertificate").asString();
        assertThat(pem).startsWith("-----BEGIN CERTIFICATE-----");
        onboarding.assertConnects("old-preview", new Device(Pem.certificates(pem), keys.getPrivate()));
        assertThat(state.at("/trustBundle/id").asString()).isEqualTo("roots");
        assertThat(state.at("/trustBundle/certificates/0/metadata/sha256Thumbprint")
                        .asString())
                .isEqualTo(root.thumbprint());
        assertThat(state.has("issuedCertificateChain")).isFalse();
    }

    /** Assigned all the same, as at Azure (reference a.7). */
    @Test
    void enrollmentWithoutAnIssuer_givesNoCertificate() throws Exception {
        onboarding.enroll("plain-device", "");

        JsonNode result = onboarding.registered(Wish.of("plain-device"));

        assertThat(result.at("/status").asString()).isEqualTo("assigned");
        assertThat(result.at("/registrationState").has("issuedCertificateChain"))
                .isFalse();
    }

    @Test
    void disabledEnrollment_givesNoCertificate() throws Exception {
        onboarding.enroll("disabled-device", ",\"provisioningStatus\":\"disabled\"" + Onboarding.issuedBy("plant"));

        JsonNode result = onboarding.registered(Wish.of("disabled-device"));

        assertThat(result.at("/status").asString()).isEqualTo("disabled");
        assertThat(result.at("/registrationState").has("issuedCertificateChain"))
                .isFalse();
    }

    /** The reasons of a refusal are its owner's to read; the code is that of a bad request (reference a.7). */
    @Test
    void requestThatCannotBeMet_isRefusedWithItsReason() throws Exception {
        onboarding.enroll("picky", Onboarding.issuedBy("plant"));
        byte[] good = Csr.of("picky", TestPki.newKeys()).der();
        byte[] forged = good.clone();
        forged[forged.length - 1] ^= 1;
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);

        assertRefused(Csr.of("other", TestPki.newKeys()).der(), "common name is 'other'");
        assertRefused(Csr.of("PICKY", TestPki.newKeys()).der(), "common name is 'PICKY'");
        assertRefused(Csr.of("picky", weak.generateKeyPair()).der(), "RSA 1024 bits");
        assertRefused(forged, "signature");
        assertRefused(new byte[Csr.MAX_DER_BYTES + 1], "8193 bytes");
        assertRefused("{\"csr\":\"no*base64\"}", "base64");
        assertRefused("{\"csr\":\"" + "A".repeat(90_000) + "\"}", "90000 characters");
        onboarding.assertConnects("picky", granted("picky"));
    }

    /** Each registration issues anew, a repeated one too; the certificate before stays good for one more. */
    @Test
    void repeatedRequest_isMetAnew() throws Exception {
        onboarding.enroll("again", Onboarding.issuedBy("plant"));
        Wish wish = Wish.of("again");

        Device first = wish.granted(onboarding.registered(wish));
        Device second = wish.granted(onboarding.registered(wish));
        onboarding.assertConnects("again", first);
        Device third = wish.granted(onboarding.registered(wish));

        assertThat(List.of(first.thumbprint(), second.thumbprint(), third.thumbprint()))
                .doesNotHaveDuplicates();
        onboarding.assertConnects("again", third);
        onboarding.assertConnects("again", second);
        onboarding.assertTurnedAway("again", first);
    }

    /** Each has the certificate that its own operation came to, and the hub knows both. */
    @Test
    void registrationsAtOnce_leaveNoDeviceWithACertificateThatItsHubDoesNotKnow() throws Exception {
        for (int round = 0; round < 5; round++) {
            String id = "twin-" + round;
            onboarding.enroll(id, Onboarding.issuedBy("plant"));
            Callable<Device> registration = () -> granted(id);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Device> device : threads.invokeAll(List.of(registration, registration))) {
                    onboarding.assertConnects(id, device.get());
                }
            }
        }
    }

    @Test
    void resultAfterARestart_stillHasTheChain() throws Exception {
        onboarding.enroll("patient", Onboarding.issuedBy("plant"));
        Wish wish = Wish.of("patient");
        String operation = onboarding
                .register("patient", wish.body())
                .json()
                .at("/operationId")
                .asString();

        server.close();
        server = TestServer.start(directory, List.of());
        onboarding = new Onboarding(server);

        Device device = wish.granted(onboarding.result("patient", operation));
        onboarding.assertConnects("patient", device);
    }

    private static Device granted(String id) throws Exception {
        Wish wish = Wish.of(id);
        return wish.granted(onboarding.registered(wish));
    }

    private static Device enrolledByCertificate(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        onboarding.put(
                "enrollments/" + id,
                "{\"registrationId\":\"" + id
                        + "\",\"attestation\":{\"type\":\"x509\",\"x509\":{\"clientCertificates\":"
                        + "{\"primary\":{\"certificate\":\""
                        + Base64.getEncoder().encodeToString(device.leaf().der()) + "\"}}}}"
                        + Onboarding.issuedBy("plant") + "}");
        return device;
    }

    private static void assertRefused(byte[] der, String rule) throws Exception {
        assertRefused("{\"csr\":\"" + Base64.getEncoder().encodeToString(der) + "\"}", rule);
    }

    private static void assertRefused(String body, String rule) throws Exception {
        Answer answer = onboarding.register("picky", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(400004);
        JsonNode attempt = server.controlPlane().attempts("picky").getFirst();
        assertThat(attempt.at("/trackingId").asString())
                .isEqualTo(answer.json().at("/trackingId").asString());
        assertThat(attempt.at("/explanation/rule").asString()).contains(rule);
    }
}
