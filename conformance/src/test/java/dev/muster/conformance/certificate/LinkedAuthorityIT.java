package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.EstStandIn;
import dev.muster.conformance.harness.EstStandIn.Reply;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestPki.Validity;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An authority elsewhere that is linked by EST: tried out when it is linked, asked while devices wait, and believed in
 * nothing.
 */
@Execution(ExecutionMode.SAME_THREAD)
final class LinkedAuthorityIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Authority ROOT = TestPki.root("Their Root");
    private static final Authority THEIRS = ROOT.intermediate("Their Issuer");

    private static TestServer server;
    private static Onboarding onboarding;
    private static EstStandIn est;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start(TestServer.newDirectory(), List.of());
        onboarding = new Onboarding(server);
        est = new EstStandIn(THEIRS);
        Answer linked = link("partner", link());
        assertThat(linked.status()).as(linked.body()).isEqualTo(200);
        assertThat(linked.json().at("/userName").asString()).isEqualTo(EstStandIn.USER);
        assertThat(linked.body()).doesNotContain(EstStandIn.PASSWORD);
    }

    @AfterAll
    static void stop() {
        est.close();
        server.close();
    }

    @Test
    void device_getsItsCertificateFromThere_andConnectsWithIt() throws Exception {
        Wish wish = enrolled("linked-device");

        Device device = wish.granted(settled(wish));

        assertThat(device.chain()).startsWith(device.leaf(), THEIRS.certificate(), ROOT.certificate());
        assertThat(server.registry().getDevice(wish.id()).getPrimaryThumbprint())
                .isEqualTo(device.thumbprint());
        onboarding.assertConnects(wish.id(), device);
        assertThat(server.controlPlane().attempts(wish.id()))
                .extracting(attempt -> attempt.at("/outcome").asString())
                .anySatisfy(outcome -> assertThat(outcome).contains("certificate authority 'partner' issued"));
        assertThat(server.controlPlane()
                        .send("GET", "/muster/certificates/expiring?within=5000000", Optional.empty())
                        .toString())
                .contains(device.thumbprint(), "partner");

        Device again = wish.granted(settled(wish));
        assertThat(again.leaf()).isNotEqualTo(device.leaf());
        onboarding.assertConnects(wish.id(), again);
        onboarding.assertConnects(wish.id(), device);
    }

    @Test
    void certificateThatIsRevokedHere_letsNobodyInAnyMore() throws Exception {
        Wish wish = enrolled("linked-revoked");
        Device device = wish.granted(settled(wish));
        onboarding.assertConnects(wish.id(), device);

        server.controlPlane().revoke(Map.of("thumbprint", device.thumbprint()));

        onboarding.assertTurnedAway(wish.id(), device);
    }

    /** RFC 7030 section 4.2.3: the same request again, not before the time that the server says. */
    @Test
    void authorityThatIsBusyOrUndecided_isAskedAgain() throws Exception {
        Wish wish = enrolled("linked-patient");
        est.next(Reply.of(503, "maintenance"), Reply.after(1, 429), Reply.after(2, 202));
        int before = est.requests().size();

        wish.granted(settled(wish));

        assertThat(est.requests().stream().skip(before))
                .hasSize(4)
                .allSatisfy(csr -> assertThat(csr.key()).isEqualTo(wish.keys().getPublic()));
        JsonNode waiting = server.controlPlane().attempts(wish.id()).stream()
                .filter(attempt -> attempt.at("/explanation").isObject())
                .findFirst()
                .orElseThrow();
        assertThat(waiting.at("/outcome").asString()).isEqualTo("assigning");
        assertThat(waiting.at("/explanation/rule").asString()).contains("it answered 503: maintenance");
    }

    @Test
    void authorityThatRefuses_failsTheRegistration() throws Exception {
        assertFails("linked-forbidden", Reply.of(403, "not this one"), "it answered 403: not this one");
        assertFails("linked-moved", Reply.of(302, ""), "it answered 302");
        assertFails("linked-garbage", Reply.of(200, "what?"), "its certificate cannot be read");
        assertFails("linked-empty", Reply.of(200, ""), "its certificate cannot be read");
        assertFails("linked-long", Reply.of(200, "A".repeat(300_000)), "its answer is too long");
    }

    @Test
    void certificateThatIsNotWhatWasAskedFor_failsTheRegistration() throws Exception {
        assertFails(
                "linked-other-key",
                Reply.with(csr ->
                        THEIRS.certificate("linked-other-key", TestPki.newKeys().getPublic())),
                "it certifies another key");
        assertFails(
                "linked-other-name",
                Reply.with(csr -> THEIRS.certificate("linked-device", csr.key())),
                "it is for CN=linked-device");
        assertFails(
                "linked-stranger",
                Reply.with(csr -> TestPki.root("Stranger").certificate("linked-stranger", csr.key())),
                "no certificate named CN=Stranger");
        Wish authority = enrolled("linked-authority");
        est.next(Reply.with(csr -> THEIRS.authorityCertificate("linked-authority", csr.key())));
        assertFailed(settled(authority), authority.id(), "it is a certificate authority");
        Wish late = enrolled("linked-late");
        est.next(Reply.with(csr -> THEIRS.certificate("linked-late", csr.key(), Validity.EXPIRED)));
        assertFailed(settled(late), late.id(), "expired");
    }

    @Test
    void device_renewsOverItsHub() throws Exception {
        Wish wish = enrolled("linked-renewing");
        Device device = wish.granted(settled(wish));
        Wish next = Wish.of(wish.id());
        try (MqttPeer peer = onboarding.hub(wish.id(), device)) {
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
            peer.send(MqttPeer.subscribe(1, 0, "$iothub/credentials/res/#"));
            peer.expect(MqttPeer.SUBACK);
            est.next(Reply.of(503, ""));
            String body = "{\"id\":\"" + wish.id() + "\",\"csr\":\"" + next.csr() + "\"}";
            String topic = "$iothub/credentials/POST/issueCertificate/?$rid=renew-1";
            peer.send(MqttPeer.publish(0, 0, topic, body));
            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).contains("/res/202/");
            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).contains("/res/503/");

            peer.send(MqttPeer.publish(0, 0, topic, body));
            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).contains("/res/202/");
            MqttPeer.Packet result = peer.expect(MqttPeer.PUBLISH);
            assertThat(result.topic()).contains("/res/200/");
            Device renewed = next.with(result.json().at("/certificates"));
            assertThat(renewed.chain()).hasSize(3);
            onboarding.assertConnects(wish.id(), renewed);
        }
    }

    @Test
    void linkThatDoesNotWork_isRefusedWithTheReason() throws Exception {
        assertNotLinked(with("password", "wrong"), "it answered 401");
        assertNotLinked(with("url", "https://127.0.71.8:1"), "nobody listens there");
        assertNotLinked(with("url", est.url() + "/other/"), "it answered 404");
        assertNotLinked(
                with("trustedCertificates", Pem.write(TestPki.root("Nobody").certificate())), "TLS failed");
        assertNotLinked(with("trustedCertificates", "?"), "trustedCertificates");
        assertNotLinked(with("url", "http://127.0.71.8"), "no https URL");
        assertNotLinked(with("userName", ""), "userName and groupKey: neither is given");
    }

    @Test
    void accountOfAnotherKind_refusesTheDeviceClearly() throws Exception {
        link("digicert", Map.of("certificateAuthorityType", "DigiCertCertificateAuthority", "apiKey", "k"));
        onboarding.enroll("linked-digicert", Onboarding.issuedBy("digicert"));
        Wish wish = Wish.of("linked-digicert");

        Answer refused = onboarding.register(wish.id(), wish.body());

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).contains("'digicert' does not issue to devices of this service");
        assertThat(server.controlPlane()
                        .attempts(wish.id())
                        .getFirst()
                        .at("/explanation/remedy")
                        .asString())
                .contains("muster authorities link NAME --est URL");
    }

    @Test
    void secret_isNowhereToBeRead() throws Exception {
        Path data = server.authorityCertificate().getParent();
        String seen = server.controlPlane().attempts().toString();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(EstStandIn.PASSWORD);
            }
        }
        assertThat(seen).doesNotContain(EstStandIn.PASSWORD);
    }

    private static Map<String, Object> link() {
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("certificateAuthorityType", "EstCertificateAuthority");
        link.put("url", est.url());
        link.put("userName", EstStandIn.USER);
        link.put("password", EstStandIn.PASSWORD);
        link.put("trustedCertificates", Pem.write(ROOT.certificate()));
        return link;
    }

    private static Map<String, Object> with(String member, String value) {
        Map<String, Object> link = link();
        link.put(member, value);
        return link;
    }

    private static Answer link(String name, Map<String, Object> link) throws IOException {
        return onboarding.put("certificateAuthorities/" + name, JSON.writeValueAsString(link));
    }

    private static void assertNotLinked(Map<String, Object> link, String why) throws IOException {
        Answer answer = link("broken", link);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(why).doesNotContain(EstStandIn.PASSWORD);
        Answer enrollment = onboarding.put(
                "enrollments/linked-broken",
                "{\"credentialPolicyName\":\"broken\",\"attestation\":{\"type\":\"symmetricKey\"}}");
        assertThat(enrollment.body()).contains("The certificate authority 'broken' does not exist.");
    }

    private static Wish enrolled(String id) throws IOException {
        onboarding.enroll(id, Onboarding.issuedBy("partner"));
        return Wish.of(id);
    }

    private static JsonNode settled(Wish wish) throws Exception {
        Answer accepted = onboarding.register(wish.id(), wish.body());
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        return onboarding.settled(wish.id(), accepted.json().at("/operationId").asString());
    }

    private static void assertFails(String id, Reply reply, String why) throws Exception {
        Wish wish = enrolled(id);
        est.next(reply);
        assertFailed(settled(wish), id, why);
    }

    private static void assertFailed(JsonNode result, String id, String why) {
        assertThat(result.at("/status").asString()).as(result.toString()).isEqualTo("failed");
        assertThat(result.at("/registrationState/errorCode").asInt()).isEqualTo(403000);
        assertThat(server.controlPlane()
                        .attempts(id)
                        .getFirst()
                        .at("/explanation/rule")
                        .asString())
                .contains(why);
    }
}
