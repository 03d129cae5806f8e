package dev.muster.conformance.certificate;

import static dev.muster.conformance.certificate.EstClients.issued;
import static dev.muster.conformance.certificate.EstClients.password;
import static dev.muster.conformance.certificate.EstClients.pkcs10;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * Certificates that wait for their owner's approval, with EST clients of others that wait for them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7030#section-4.2.3">RFC 7030 section 4.2.3</a>
 */
@Execution(ExecutionMode.SAME_THREAD)
final class ApprovalIT {
    private static final String KEY = Onboarding.KEY;
    private static final String ENROLL = "/.well-known/est/simpleenroll";
    private static final String REQUESTS = "/muster/certificates/requests";

    private final Path directory = TestServer.newDirectory();
    private TestServer server = TestServer.start(directory, List.of());
    private List<Certificate> authority = List.of();

    @BeforeEach
    void create() {
        server.controlPlane().createAuthority("roots", Map.of());
        authority = server.controlPlane()
                .createAuthority("careful", Map.of("issuer", "roots", "rules", Map.of("approval", true)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void strongSwan_pollsUntilTheOwnerApproves() throws Exception {
        enroll("swan");
        KeyPair keys = TestPki.newKeys();
        EstClients clients = new EstClients(server);
        Path files = clients.strongSwanDirectory("swan", keys, authority);
        CompletableFuture<Void> owner = CompletableFuture.runAsync(
                () -> approve(waiting("swan").at("/id").asString()));

        Program.Result result =
                clients.strongSwan(files, "new.der", "--userpass swan:" + KEY + " --interval 1 --maxpolltime 80");
        owner.join();

        assertThat(result.exitCode()).as(result.output()).isZero();
        Certificate issued = Certificate.parse(Files.readAllBytes(files.resolve("new.der")));
        assertThat(issued.x509().getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(issued.isSignedBy(authority.getFirst())).isTrue();
        assertThat(requests(true)).singleElement().satisfies(request -> {
            assertThat(request.at("/state").asString()).isEqualTo("issued");
            assertThat(request.at("/thumbprint").asString())
                    .isEqualTo(issued.thumbprint().hex());
        });

        Program.Result renewed = clients.strongSwan(files, "renewed.der", "--cert new.der --key key.pem");
        assertThat(renewed.exitCode()).as(renewed.output()).isZero();
    }

    @Test
    void bouncyCastle_isToldToComeBack_alsoAfterARestart() throws Exception {
        enroll("castle");
        PKCS10CertificationRequest request = pkcs10(Csr.of("castle", TestPki.newKeys()));

        EnrollmentResponse first = bouncyCastle("castle", request);
        assertThat(first.isCompleted()).isFalse();
        assertThat(first.getNotBefore()).isGreaterThan(System.currentTimeMillis());
        approve(waiting("castle").at("/id").asString());
        server.close();
        server = TestServer.start(directory, List.of());

        Certificate issued = issued(bouncyCastle("castle", request));
        assertThat(issued.commonName()).hasValue("castle");
        // Its answer may have been lost.
        assertThat(issued(bouncyCastle("castle", request))).isEqualTo(issued);
        assertThat(server.controlPlane().attempts("castle").stream()
                        .map(attempt -> attempt.at("/outcome").asString()))
                .satisfiesExactly(
                        last -> assertThat(last).startsWith("certificate issued by 'careful'"),
                        before -> assertThat(before).startsWith("certificate waits for approval"));
    }

    @Test
    void deniedRequest_isRefusedWithItsReason_andAnotherKeyWaitsAnew() throws Exception {
        enroll("denied");
        PKCS10CertificationRequest request = pkcs10(Csr.of("denied", TestPki.newKeys()));
        bouncyCastle("denied", request);
        String id = waiting("denied").at("/id").asString();
        decide(id, "deny", Map.of("reason", "not one of ours"));

        assertThatThrownBy(() -> bouncyCastle("denied", request)).isInstanceOf(ESTException.class);
        Answer answer = enroll("denied", request.getEncoded());
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("The owner has denied this certificate: not one of ours");
        assertThat(bouncyCastle("denied", pkcs10(Csr.of("denied", TestPki.newKeys())))
                        .isCompleted())
                .isFalse();

        approve(id);
        assertThat(issued(bouncyCastle("denied", request)).commonName()).hasValue("denied");
        assertThatThrownBy(() -> decide(id, "deny", Map.of())).hasMessageContaining("was issued on");
        assertThatThrownBy(() -> approve("none")).hasMessageContaining("There is no such certificate request");
    }

    @Test
    void deviceThatAsksManyAtOnce_hasOneCertificate() throws Exception {
        enroll("hasty");
        byte[] request = Csr.of("hasty", TestPki.newKeys()).der();
        assertThat(enroll("hasty", request).status()).isEqualTo(202);
        approve(waiting("hasty").at("/id").asString());

        List<Answer> answers = IntStream.range(0, 8)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> enroll("hasty", request)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(answers).allMatch(answer -> answer.status() == 200);
        assertThat(answers.stream().map(Answer::body).distinct()).hasSize(1);
        assertThat(server.controlPlane()
                        .send("GET", "/muster/devices/hasty/certificates", Optional.empty())
                        .at("/value"))
                .hasSize(1);
    }

    @Test
    void deviceWithEverNewKeys_hasItsNewestRemembered() throws Exception {
        enroll("forgetful");
        List<byte[]> asked = Stream.generate(
                        () -> Csr.of("forgetful", TestPki.newKeys()).der())
                .limit(6)
                .toList();
        asked.forEach(
                request -> assertThat(enroll("forgetful", request).status()).isEqualTo(202));

        assertThat(requests(false).stream()
                        .map(request -> request.at("/csr").asString().replaceAll("-----.*?-----|\\s", "")))
                .containsExactlyElementsOf(asked.stream()
                        .skip(2)
                        .map(Base64.getEncoder()::encodeToString)
                        .toList());
    }

    /** What the owner could never approve is refused at once. */
    @Test
    void requestThatCannotBeMet_doesNotWait() throws Exception {
        enroll("mistaken");

        assertThat(enroll("mistaken", Csr.of("another", TestPki.newKeys()).der())
                        .status())
                .isEqualTo(400);
        assertThat(requests(true)).isEmpty();
    }

    /** It would come by a certificate without approval. */
    @Test
    void certificateOfAnotherAuthority_renewsNothing() throws Exception {
        Device device = TestPki.selfSigned("smuggler");
        String certificate = Base64.getEncoder().encodeToString(device.leaf().der());
        assertThat(new Onboarding(server)
                        .put(
                                "enrollments/smuggler",
                                "{\"registrationId\":\"smuggler\",\"attestation\":{\"type\":\"x509\",\"x509\":"
                                        + "{\"clientCertificates\":{\"primary\":{\"certificate\":\"" + certificate
                                        + "\"}}}}" + Onboarding.issuedBy("careful") + "}")
                        .status())
                .isEqualTo(200);

        EnrollmentResponse response = new EstClients(server)
                .bouncyCastle("careful", Optional.of(device))
                .simpleEnroll(true, pkcs10(Csr.of("smuggler", TestPki.newKeys())), null);

        assertThat(response.isCompleted()).isFalse();
    }

    @Test
    void registration_waitsForApproval_alsoThroughARestart() throws Exception {
        enroll("patient");
        Wish wish = Wish.of("patient");
        Answer accepted = new Onboarding(server).register("patient", wish.body());
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        String operation = accepted.json().at("/operationId").asString();
        JsonNode request = waiting("patient");
        assertThat(request.at("/basisId").asString()).isEqualTo("patient");
        assertThat(new Onboarding(server)
                        .result("patient", operation)
                        .at("/status")
                        .asString())
                .isEqualTo("assigning");

        server.close();
        server = TestServer.start(directory, List.of());
        Onboarding onboarding = new Onboarding(server);
        approve(request.at("/id").asString());

        Device device = wish.granted(onboarding.settled("patient", operation));
        onboarding.assertConnects("patient", device);
        assertThat(server.controlPlane().attempts("patient").stream()
                        .map(attempt -> attempt.at("/explanation/rule").asString()))
                .contains("it waits for its owner's approval");

        // With the same key it is given the same certificate, with the certificate another one.
        assertThat(wish.granted(onboarding.settled(
                                "patient",
                                onboarding
                                        .register("patient", wish.body())
                                        .json()
                                        .at("/operationId")
                                        .asString()))
                        .leaf())
                .isEqualTo(device.leaf());
        Wish next = Wish.of("patient");
        Device renewed = next.granted(onboarding.registered(next, device));
        onboarding.assertConnects("patient", renewed);
        onboarding.assertConnects("patient", device);
        assertRenewsOverItsHub(onboarding, renewed);
        assertThat(requests(true)).hasSize(1);
    }

    private static void assertRenewsOverItsHub(Onboarding onboarding, Device device) throws IOException {
        Wish wish = Wish.of(device.registrationId());
        try (MqttPeer peer = onboarding.hub(wish.id(), device)) {
            peer.expect(MqttPeer.CONNACK);
            peer.send(MqttPeer.subscribe(1, 1, "$iothub/credentials/res/#"));
            peer.expect(MqttPeer.SUBACK);
            peer.send(MqttPeer.publish(
                    0,
                    0,
                    "$iothub/credentials/POST/issueCertificate/?$rid=free-1",
                    "{\"id\":\"" + wish.id() + "\",\"csr\":\"" + wish.csr() + "\",\"replace\":null}"));
            peer.expect(MqttPeer.PUBLISH);
            onboarding.assertConnects(
                    wish.id(), wish.with(peer.expect(MqttPeer.PUBLISH).json().at("/certificates")));
        }
    }

    @Test
    void registration_thatIsDenied_fails() throws Exception {
        enroll("unwanted");
        Onboarding onboarding = new Onboarding(server);
        String operation = onboarding
                .register("unwanted", Wish.of("unwanted").body())
                .json()
                .at("/operationId")
                .asString();
        decide(waiting("unwanted").at("/id").asString(), "deny", Map.of("reason", "not one of ours"));

        JsonNode state = onboarding.settled("unwanted", operation).at("/registrationState");

        assertThat(state.at("/errorCode").asInt()).isEqualTo(403000);
        assertThat(state.at("/errorMessage").asString()).contains("not one of ours");
    }

    /** It has no key by which it could be known again. */
    @Test
    void deviceThatWantsItsKeyMade_isRefusedWithWhatToDo() throws Exception {
        enroll("keyless");

        assertThatThrownBy(() -> new EstClients(server)
                        .bouncyCastle("careful", Optional.empty())
                        .simpleEnrollWithServersideCreation(
                                pkcs10(Csr.of("keyless", TestPki.newKeys())), password("keyless", KEY)))
                .isInstanceOf(ESTException.class);

        assertThat(server.controlPlane()
                        .attempts("keyless")
                        .getFirst()
                        .at("/explanation/remedy")
                        .asString())
                .contains("simpleenroll", "--no-approval");
        assertThat(requests(true)).isEmpty();
    }

    private void enroll(String id) throws IOException {
        new Onboarding(server).enroll(id, Onboarding.issuedBy("careful"));
    }

    private EnrollmentResponse bouncyCastle(String id, PKCS10CertificationRequest request) throws Exception {
        return new EstClients(server)
                .bouncyCastle("careful", Optional.empty())
                .simpleEnroll(false, request, password(id, KEY));
    }

    private Answer enroll(String id, byte[] request) {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request(
                    "POST",
                    ENROLL,
                    EstClients.basic(id, KEY) + "\nContent-Type: application/pkcs10",
                    Base64.getEncoder().encodeToString(request));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<JsonNode> requests(boolean all) {
        return List.copyOf(server.controlPlane()
                .send("GET", REQUESTS + "?all=" + all, Optional.empty())
                .at("/value")
                .values());
    }

    /** The request of a device, as soon as it has asked. */
    private JsonNode waiting(String device) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(60));
        while (Instant.now().isBefore(deadline)) {
            Optional<JsonNode> found = requests(false).stream()
                    .filter(request -> request.at("/deviceId").asString().equals(device))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new AssertionError(device + " did not ask");
    }

    private void approve(String id) {
        assertThat(decide(id, "approve", Map.of()).at("/state").asString()).isEqualTo("approved");
    }

    private JsonNode decide(String id, String decision, Map<String, Object> body) {
        return server.controlPlane().send("POST", REQUESTS + "/" + id + "/" + decision, Optional.of(body));
    }
}
