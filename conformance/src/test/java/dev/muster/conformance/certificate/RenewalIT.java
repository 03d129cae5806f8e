package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestPki.Validity;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.conformance.peer.WebSocketPeer;
import dev.muster.pki.Pem;
import dev.muster.server.config.Config;
import dev.muster.server.store.certificate.SqlIssuedCertificates;
import dev.muster.server.store.database.SqliteDatabase;
import dev.muster.server.wire.certificate.RenewalBodies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Renewal over the hub, byte by byte (reference 9.3 and a.7), and by registering again. */
@Execution(ExecutionMode.SAME_THREAD)
class RenewalIT {
    private static final String ANSWERS = "$iothub/credentials/res/#";
    private static final String REQUEST = "$iothub/credentials/POST/issueCertificate/?$rid=";

    private static Path directory;
    private static TestServer server;
    private static Onboarding onboarding;
    private static @Nullable Device insulted;

    @BeforeAll
    static void start() {
        directory = TestServer.newDirectory();
        server = started(RenewalBodies.Form.DER, Duration.ZERO);
        onboarding = new Onboarding(server);
        onboarding.authority("plant", Duration.ofDays(30));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The filter of the SDKs, and the one of the documents. */
    @ParameterizedTest
    @ValueSource(strings = {ANSWERS, "$iothub/credential/#"})
    void renewedDevice_staysConnected_andComesBackWithTheNewCertificate(String filter) throws Exception {
        String id = "renewing-" + filter.length();
        Device device = issued(id);
        Wish wish = Wish.of(id);
        Device renewed;
        try (MqttPeer peer = subscribed(id, device, filter)) {
            peer.send(MqttPeer.publish(1, 7, REQUEST + "first-1", body(wish, null)));
            assertThat(peer.expect(MqttPeer.PUBACK).packetId()).isEqualTo(7);
            Packet accepted = peer.expect(MqttPeer.PUBLISH);
            assertThat(accepted.topic()).isEqualTo("$iothub/credentials/res/202/?$rid=first-1");
            assertThat(accepted.json().at("/operationExpires").asString()).endsWith("Z");
            Packet result = peer.expect(MqttPeer.PUBLISH);
            assertThat(result.topic()).isEqualTo("$iothub/credentials/res/200/?$rid=first-1");
            assertThat(result.json().at("/correlationId"))
                    .isEqualTo(accepted.json().at("/correlationId"));
            renewed = wish.with(result.json().at("/certificates"));

            peer.send(MqttPeer.ping());
            peer.expect(MqttPeer.PINGRESP);
        }
        assertThat(renewed.chain()).hasSize(3);
        onboarding.assertConnects(id, renewed);
        onboarding.assertConnects(id, device);
        assertThat(server.registry().getDevice(id).getPrimaryThumbprint()).isEqualTo(renewed.thumbprint());
        assertThat(server.registry().getDevice(id).getSecondaryThumbprint()).isEqualTo(device.thumbprint());
    }

    @Test
    void renewal_worksOverWebSocketsToo() throws Exception {
        Device device = issued("web-device");
        Wish wish = Wish.of("web-device");
        try (WebSocketPeer socket = WebSocketPeer.open(server, device, "mqtt")) {
            MqttPeer peer = new MqttPeer(socket);
            for (byte[] packet : List.of(
                    Onboarding.connect("web-device").packet(),
                    MqttPeer.subscribe(1, 0, ANSWERS),
                    MqttPeer.publish(0, 0, REQUEST + "web-1", body(wish, null)))) {
                socket.send(WebSocketPeer.BINARY, true, packet);
            }
            peer.expect(MqttPeer.CONNACK);
            peer.expect(MqttPeer.SUBACK);
            peer.expect(MqttPeer.PUBLISH);

            onboarding.assertConnects(
                    "web-device", wish.with(peer.expect(MqttPeer.PUBLISH).json().at("/certificates")));
        }
    }

    static Stream<Arguments> insults() {
        String csr = Wish.of("insulted").csr();
        return Stream.of(
                Arguments.of("", "400", 400004),
                Arguments.of("[]", "400", 400004),
                Arguments.of("{\"id\":", "400", 400006),
                Arguments.of("{\"id\":\"insulted\",\"csr\":\"" + csr + "\",\"more\":1}", "400", 400004),
                Arguments.of("{\"csr\":\"" + csr + "\"}", "400", 400004),
                Arguments.of("{\"id\":\"other\",\"csr\":\"" + csr + "\"}", "400", 400004),
                Arguments.of("{\"id\":\"insulted\",\"csr\":\"\"}", "400", 400004),
                Arguments.of("{\"id\":\"insulted\",\"csr\":\"no*base64\"}", "400", 400004),
                Arguments.of(
                        "{\"id\":\"insulted\",\"csr\":\"" + Base64.getEncoder().encodeToString(new byte[8193]) + "\"}",
                        "400",
                        400004),
                Arguments.of("{\"id\":\"insulted\",\"csr\":\"" + csr + "\",\"replace\":\"?\"}", "400", 400004),
                Arguments.of("{\"id\":\"insulted\",\"csr\":\"" + csr + "\",\"replace\":\"none\"}", "412", 412001));
    }

    /** The table of the reference, 9.3; the connection goes on. */
    @ParameterizedTest
    @MethodSource("insults")
    void requestOfNoSense_isAnsweredWithItsCode(String body, String status, int code) throws Exception {
        Device device = insulted();
        try (MqttPeer peer = subscribed("insulted", device, ANSWERS)) {
            peer.send(MqttPeer.publish(0, 0, REQUEST + "bad-1", body));

            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).isEqualTo("$iothub/credentials/res/" + status + "/?$rid=bad-1");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(code);
            assertThat(answer.json().at("/trackingId").asString()).isNotEmpty();
            assertThat(answer.json().has("info")).isFalse();
            peer.send(MqttPeer.ping());
            peer.expect(MqttPeer.PINGRESP);
        }
    }

    /** Accepted first: what is wrong with the CSR itself shows later. */
    @Test
    void badCsr_failsLater() throws Exception {
        Device device = issued("bad-csr");
        try (MqttPeer peer = subscribed("bad-csr", device, ANSWERS)) {
            peer.send(MqttPeer.publish(0, 0, REQUEST + "bad-2", "{\"id\":\"bad-csr\",\"csr\":\"MAA=\"}"));

            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).contains("/202/");
            Packet failed = peer.expect(MqttPeer.PUBLISH);

            assertThat(failed.topic()).contains("/400/?$rid=bad-2");
            assertThat(failed.json().at("/errorCode").asInt()).isEqualTo(400037);
            assertThat(failed.json().at("/info/credentialError").asString()).isEqualTo("400000");
            assertThat(failed.json().at("/info/requestId").asString()).isEqualTo("bad-2");
        }
    }

    /** Nothing is said before the device subscribes, and then what it has missed; one request at a time until then. */
    @Test
    void deviceThatSubscribesLate_getsWhatItMissed_evenAfterARestart() throws Exception {
        Device device = issued("late-device");
        Wish wish = Wish.of("late-device");
        try (MqttPeer peer = onboarding.hub("late-device", device)) {
            peer.expect(MqttPeer.CONNACK);
            peer.send(MqttPeer.publish(1, 1, REQUEST + "late-1", body(wish, null)));
            peer.expect(MqttPeer.PUBACK);
            peer.send(MqttPeer.ping());
            peer.expect(MqttPeer.PINGRESP);
        }
        restart(RenewalBodies.Form.DER, Duration.ZERO);

        try (MqttPeer peer = subscribed("late-device", device, ANSWERS)) {
            Packet result = peer.expect(MqttPeer.PUBLISH);
            assertThat(result.topic()).isEqualTo("$iothub/credentials/res/200/?$rid=late-1");
            Device renewed = wish.with(result.json().at("/certificates"));

            // Asked for once more, it is the same.
            peer.send(MqttPeer.publish(0, 0, REQUEST + "late-1", body(wish, null)));
            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).contains("/202/");
            assertThat(peer.expect(MqttPeer.PUBLISH).json()).isEqualTo(result.json());
            onboarding.assertConnects("late-device", renewed);
        }
    }

    @Test
    void requestWhileAnotherIsActive_isAConflict_orReplacesIt() throws Exception {
        Device device = issued("busy-device");
        Wish second = Wish.of("busy-device");
        try (MqttPeer peer = onboarding.hub("busy-device", device)) {
            peer.expect(MqttPeer.CONNACK);
            // The SUBSCRIBE waits behind the requests, of which the second hears of the first.
            peer.send(MqttPeer.publish(1, 1, REQUEST + "busy-1", body(Wish.of("busy-device"), null)));
            peer.expect(MqttPeer.PUBACK);
            peer.send(MqttPeer.publish(1, 2, REQUEST + "busy-2", body(second, "busy-1")));
            peer.expect(MqttPeer.PUBACK);
            peer.send(MqttPeer.subscribe(3, 1, ANSWERS));
            peer.expect(MqttPeer.SUBACK);

            Packet result = peer.expect(MqttPeer.PUBLISH);

            assertThat(result.topic()).isEqualTo("$iothub/credentials/res/200/?$rid=busy-2");
            onboarding.assertConnects("busy-device", second.with(result.json().at("/certificates")));
        }
    }

    /** A certificate of somebody else's is theirs to renew. */
    @Test
    void deviceWithACertificateOfOthers_isRefused() throws Exception {
        Device own = TestPki.selfSigned("foreign-device");
        new Enrolling(server).individual(own);
        new HttpProvisioning(server).registered(own);
        try (MqttPeer peer = subscribed("foreign-device", own, ANSWERS)) {
            peer.send(MqttPeer.publish(0, 0, REQUEST + "none-1", body(Wish.of("foreign-device"), null)));

            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).contains("/403/");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(403010);
        }
    }

    @Test
    void requestWithoutAnId_endsTheConnection() throws Exception {
        Device device = issued("nameless");
        try (MqttPeer peer = subscribed("nameless", device, ANSWERS)) {
            peer.send(MqttPeer.publish(0, 0, "$iothub/credentials/POST/issueCertificate/", "{}"));

            assertThat(peer.next()).isEmpty();
        }
    }

    @Test
    void pem_isASetting() throws Exception {
        restart(RenewalBodies.Form.PEM, Duration.ZERO);
        Device device = issued("pem-device");
        try (MqttPeer peer = subscribed("pem-device", device, ANSWERS)) {
            peer.send(MqttPeer.publish(0, 0, REQUEST + "pem-1", body(Wish.of("pem-device"), null)));
            peer.expect(MqttPeer.PUBLISH);

            JsonNode chain = peer.expect(MqttPeer.PUBLISH).json().at("/certificates");

            assertThat(chain.values())
                    .hasSize(3)
                    .allSatisfy(text ->
                            assertThat(Pem.certificates(text.asString())).hasSize(1));
        }
        restart(RenewalBodies.Form.DER, Duration.ZERO);
    }

    /** With the certificate that it was issued, in place of the key that it was enrolled with. */
    @Test
    void device_registersAgainWithItsCertificate() throws Exception {
        Device device = issued("returning");
        Wish wish = Wish.of("returning");

        Device renewed = wish.granted(onboarding.registered(wish, device));

        onboarding.assertConnects("returning", renewed);
        onboarding.enrollAnew("returning", ",\"provisioningStatus\":\"disabled\"" + Onboarding.issuedBy("plant"));
        assertThat(onboarding
                        .registered(Wish.of("returning"), renewed)
                        .at("/status")
                        .asString())
                .isEqualTo("disabled");
        onboarding.enrollAnew("returning", "");
        assertThat(onboarding.register("returning", renewed, "{}").status()).isEqualTo(401);
    }

    /** What no authority issues now is put into the record by hand. */
    @Test
    void expiredDevice_isLetInByThePolicyAlone_andOnlyToRegister() throws Exception {
        Device expired = TestPki.root("Plant of old").device("overslept", Validity.EXPIRED);
        onboarding.enroll("overslept", Onboarding.issuedBy("plant"));
        server.close();
        record(expired);
        server = started(RenewalBodies.Form.DER, Duration.ZERO);
        onboarding = new Onboarding(server);
        assertRefusedAsExpired(onboarding.register("overslept", expired, "{}"));

        restart(RenewalBodies.Form.DER, Duration.ofDays(1));
        assertRefusedAsExpired(onboarding.register("overslept", expired, "{}"));
        restart(RenewalBodies.Form.DER, Duration.ofDays(3));
        Wish wish = Wish.of("overslept");
        Device renewed = wish.granted(onboarding.registered(wish, expired));

        onboarding.assertConnects("overslept", renewed);
        assertThat(onboarding.register("overslept", expired, "{}").status()).isEqualTo(202);
        assertThat(server.registry().getDevice("overslept").getPrimaryThumbprint())
                .isEqualTo(expired.thumbprint());
        onboarding.assertTurnedAway("overslept", expired);
        restart(RenewalBodies.Form.DER, Duration.ZERO);
    }

    private static void record(Device device) {
        try (SqliteDatabase database =
                SqliteDatabase.open(directory.resolve("data").resolve("muster.db"))) {
            new SqlIssuedCertificates(database)
                    .add(new IssuedCertificate(
                            device.leaf(),
                            device.chain().getLast().thumbprint(),
                            "plant",
                            device.registrationId(),
                            new Basis(Basis.Kind.INDIVIDUAL_ENROLLMENT, device.registrationId()),
                            device.leaf().notBefore()));
        }
    }

    private static void assertRefusedAsExpired(Answer answer) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(server.controlPlane()
                        .attempts("overslept")
                        .getFirst()
                        .at("/explanation/rule")
                        .asString())
                .contains("expired");
    }

    /** The same for all cases, which come one after the other. */
    private static Device insulted() throws Exception {
        Device known = insulted;
        if (known == null) {
            known = issued("insulted");
            insulted = known;
        }
        return known;
    }

    private static Device issued(String id) throws Exception {
        onboarding.enroll(id, Onboarding.issuedBy("plant"));
        Wish wish = Wish.of(id);
        return wish.granted(onboarding.registered(wish));
    }

    private static MqttPeer subscribed(String id, Device device, String filter) throws Exception {
        MqttPeer peer = onboarding.hub(id, device);
        peer.expect(MqttPeer.CONNACK);
        peer.send(MqttPeer.subscribe(1, 1, filter));
        assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, 1, 1);
        return peer;
    }

    private static String body(Wish wish, @Nullable String replace) {
        return "{\"id\":\"" + wish.id() + "\",\"csr\":\"" + wish.csr() + "\",\"replace\":"
                + (replace == null ? "null" : "\"" + replace + "\"") + "}";
    }

    private static void restart(RenewalBodies.Form form, Duration acceptExpired) {
        server.close();
        server = started(form, acceptExpired);
        onboarding = new Onboarding(server);
    }

    private static TestServer started(RenewalBodies.Form form, Duration acceptExpired) {
        return TestServer.start(
                directory,
                TestServer.config(directory.resolve("data"))
                        .withAuthorities(
                                Config.defaults(directory).authorities().withRenewal(acceptExpired, form)));
    }
}
