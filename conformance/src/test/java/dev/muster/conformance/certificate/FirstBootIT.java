package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.SoftwareTpm;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.TpmProvider;
import dev.muster.conformance.harness.Trust;
import dev.muster.conformance.harness.WebhookServer;
import dev.muster.conformance.harness.WebhookServer.Reply;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * A certificate at first boot, whatever the device brings from its factory and whoever chooses its hub.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
@Execution(ExecutionMode.SAME_THREAD)
class FirstBootIT {
    /** Of a server of its own. */
    private static final String FAR_HUB = "127.0.71.2";

    private static final int FAR_HTTPS = 8444;

    private static final String NEAR = ",\"allocationPolicy\":\"static\",\"iotHubs\":[\"" + TestServer.HOST + "\"]";

    private static WebhookServer webhook;
    private static ServerProcess far;
    private static TestServer server;
    private static Onboarding onboarding;

    @BeforeAll
    static void start() throws Exception {
        Authority authority = TestPki.root("Webhooks");
        webhook = new WebhookServer(authority);
        far = ServerProcess.start(TestServer.newDirectory(), FAR_HUB, FAR_HTTPS);
        Path directory = TestServer.newDirectory();
        Path authorities = directory.resolve("others.pem");
        Files.writeString(
                authorities,
                Pem.write(authority.certificate())
                        + Files.readString(far.identity().authorityCertificate()));
        server = TestServer.start(directory, List.of(), authorities);
        onboarding = new Onboarding(server);
        onboarding.authority("plant", Duration.ofDays(30));
        server.controlPlane().link(connectionString());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        far.kill();
        webhook.close();
    }

    /** The key that its TPM takes in for the hub it needs no more, but gets it as ever (reference 8.3). */
    @Test
    void deviceWithATpm_getsACertificate_andComesBackWithIt() throws Exception {
        String id = "tpm-first";
        try (SoftwareTpm tpm = SoftwareTpm.start(server.directory("tpm"))) {
            enroll(
                    id,
                    "{\"type\":\"tpm\",\"tpm\":{\"endorsementKey\":\"" + base64(tpm.endorsementKey()) + "\"}}",
                    NEAR);
            TpmProvider provider = new TpmProvider(tpm, id);
            Wish wish = Wish.of(id);
            String body =
                    "{\"registrationId\":\"%s\",\"csr\":\"%s\",\"tpm\":{\"endorsementKey\":\"%s\",\"storageRootKey\":\"%s\"}}"
                            .formatted(id, wish.csr(), base64(tpm.endorsementKey()), base64(tpm.storageRootKey()));
            Answer challenge = call(id, "PUT", "/register", "", body);
            assertThat(challenge.status()).isEqualTo(401);
            provider.activateIdentityKey(Base64.getDecoder()
                    .decode(challenge.json().at("/authenticationKey").asString()));
            String token = provider.token(server.idScope(), id, 60);

            Answer accepted = call(id, "PUT", "/register", token, body);
            assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
            JsonNode result = call(
                            id,
                            "GET",
                            "/operations/" + accepted.json().at("/operationId").asString(),
                            token,
                            "")
                    .json();

            Device device = wish.granted(result);
            assertThat(result.at("/registrationState/tpm/authenticationKey").asString())
                    .isNotBlank();
            assertThat(server.registry().getDevice(id).getPrimaryThumbprint()).isEqualTo(device.thumbprint());
            onboarding.assertConnects(id, device);
            Wish next = Wish.of(id);
            onboarding.assertConnects(id, next.granted(onboarding.registered(next, device)));
        }
    }

    /** The maker's certificate only opens the door; the owner's is what the hub knows. */
    @Test
    void deviceOfAGroupOfCertificates_getsAnother_andComesBackWithIt() throws Exception {
        Authority maker = TestPki.root("Maker");
        server.controlPlane().addVerified("maker", maker);
        assertThat(onboarding
                        .put(
                                "enrollmentGroups/makers",
                                "{\"enrollmentGroupId\":\"makers\",\"attestation\":{\"type\":\"x509\",\"x509\":"
                                        + "{\"caReferences\":{\"primary\":\"maker\"}}}"
                                        + Onboarding.issuedBy("plant") + NEAR + "}")
                        .status())
                .isEqualTo(200);
        Device made = maker.device("made-1").presenting(1);
        Wish wish = Wish.of("made-1");

        Device device = wish.granted(onboarding.registered(wish, made));

        assertThat(device.chain().getLast().commonName()).hasValue("Authority plant-root");
        onboarding.assertConnects("made-1", device);
        onboarding.assertTurnedAway("made-1", made);
        assertThat(server.controlPlane()
                        .attempts("made-1")
                        .getFirst()
                        .at("/outcome")
                        .asString())
                .contains("certificate authority 'plant' issued certificate");
        Wish next = Wish.of("made-1");
        onboarding.assertConnects("made-1", next.granted(onboarding.registered(next, device)));
    }

    @Test
    void deviceWhoseHubAWebhookChooses_getsItsCertificateAlongWithIt() throws Exception {
        String id = "chosen";
        enrollByKey(
                id,
                ",\"allocationPolicy\":\"custom\",\"customAllocationDefinition\":{\"webhookUrl\":\"" + webhook.url()
                        + "\",\"apiVersion\":\"2021-10-01\"}");
        webhook.answer(
                id,
                new Reply(503, "busy"),
                new Reply(200, "{\"iotHubHostName\":\"" + TestServer.HOST + "\",\"payload\":{\"line\":7}}"));
        Wish wish = Wish.of(id);

        JsonNode result = onboarding.settled(id, operation(onboarding.register(id, wish.body())));

        Device device = wish.granted(result);
        assertThat(result.at("/registrationState/payload/line").asInt()).isEqualTo(7);
        assertThat(webhook.calls(id)).hasSize(2);
        onboarding.assertConnects(id, device);
        assertOneCertificate(id, device);
    }

    @Test
    void deviceForWhichTheWebhookHasNoHub_getsNoCertificate() throws Exception {
        String id = "unwanted";
        enrollByKey(
                id,
                ",\"allocationPolicy\":\"custom\",\"customAllocationDefinition\":{\"webhookUrl\":\"" + webhook.url()
                        + "\",\"apiVersion\":\"2021-10-01\"}");
        webhook.answer(id, new Reply(200, "{}"));

        JsonNode result = onboarding.settled(
                id, operation(onboarding.register(id, Wish.of(id).body())));

        assertThat(result.at("/status").asString()).isEqualTo("failed");
        assertThat(result.at("/registrationState").has("issuedCertificateChain"))
                .isFalse();
    }

    @Test
    void deviceWhoseHubIsOnAnotherServer_connectsThereWithItsCertificate() throws Exception {
        String id = "far-away";
        enrollByKey(id, ",\"allocationPolicy\":\"static\",\"iotHubs\":[\"" + FAR_HUB + "\"]");
        Wish wish = Wish.of(id);

        JsonNode result = onboarding.settled(id, operation(onboarding.register(id, wish.body())));

        assertThat(result.at("/registrationState/assignedHub").asString()).isEqualTo(FAR_HUB);
        Device device = wish.granted(result);
        visit(id, device);
        assertOneCertificate(id, device);

        Wish next = Wish.of(id);
        Device renewed = next.granted(onboarding.settled(id, operation(onboarding.register(id, next.body()))));
        visit(id, renewed);
        visit(id, device);
    }

    private static void visit(String id, Device device) throws Exception {
        Trust trust = new Trust(far.identity().authorityCertificate());
        SdkDevice.visit(SdkDevice.hubClient(FAR_HUB, id, trust.context(Optional.of(device))));
    }

    private static String operation(Answer accepted) {
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        return accepted.json().at("/operationId").asString();
    }

    private static void assertOneCertificate(String id, Device device) {
        assertThat(server.controlPlane()
                        .send("GET", "/muster/devices/" + id + "/certificates", Optional.empty())
                        .at("/value")
                        .values())
                .singleElement()
                .satisfies(issued -> assertThat(issued.at("/thumbprint").asString())
                        .isEqualTo(device.leaf().thumbprint().hex()));
    }

    private static void enrollByKey(String id, String further) throws IOException {
        enroll(
                id,
                "{\"type\":\"symmetricKey\",\"symmetricKey\":{\"primaryKey\":\"" + Onboarding.KEY
                        + "\",\"secondaryKey\":\"" + Onboarding.KEY + "\"}}",
                further);
    }

    private static void enroll(String id, String attestation, String further) throws IOException {
        Answer enrolled = onboarding.put(
                "enrollments/" + id,
                "{\"registrationId\":\"" + id + "\",\"attestation\":" + attestation + Onboarding.issuedBy("plant")
                        + further + "}");
        assertThat(enrolled.status()).as(enrolled.body()).isEqualTo(200);
    }

    private static Answer call(String id, String method, String path, String token, String body) throws IOException {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request(
                    method,
                    "/" + server.idScope() + "/registrations/" + id + path + "?api-version=" + Onboarding.VERSION,
                    "Content-Type: application/json" + (token.isEmpty() ? "" : "\nAuthorization: " + token),
                    body);
        }
    }

    private static String connectionString() throws IOException {
        ControlPlane controlPlane = new ControlPlane(
                FAR_HUB + ":" + FAR_HTTPS,
                Files.readString(far.identity().adminTokenFile(), StandardCharsets.US_ASCII)
                        .strip(),
                new Trust(far.identity().authorityCertificate()));
        return controlPlane
                .hubConnectionString()
                .replace("HostName=" + FAR_HUB + ";", "HostName=" + FAR_HUB + ":" + FAR_HTTPS + ";");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
