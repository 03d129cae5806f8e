package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpProvisioning;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.conformance.peer.WebSocketPeer;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Certificates that are revoked while devices use them, which Azure has nothing for. */
class RevocationIT {
    private static final String VERSION = "?api-version=2019-03-31";
    /** From the answer to the owner on, by when the revocation is in effect. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static final int DEVICES = 1000;

    private static TestServer server;
    private static Enrolling enrolling;
    private static Authority root;
    private static Authority plant;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
        enrolling = new Enrolling(server);
        root = TestPki.root("Revocation Root");
        plant = root.intermediate("Revocation Plant");
        enrolling.verifiedGroup("revocation", plant);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void oneOfAThousandDevices_isCutWithinASecond_andTheOthersNoticeNothing() throws Exception {
        KeyPair keys = TestPki.newKeys();
        List<Device> devices = IntStream.range(0, DEVICES)
                .mapToObj(number -> plant.device("crowd-" + number, keys).presenting(2))
                .toList();
        each(devices, RevocationIT::known);
        List<MqttPeer> peers = each(devices, RevocationIT::connected);
        try {
            Device stolen = devices.get(DEVICES / 2);
            MqttPeer cut = peers.get(DEVICES / 2);

            revoke(Map.of("thumbprint", stolen.thumbprint(), "reason", "keyCompromise"));
            Instant before = Instant.now();
            assertThat(cut.isClosedByServer()).isTrue();
            assertThat(Duration.between(before, Instant.now())).isLessThan(AT_ONCE);

            List<MqttPeer> others = new ArrayList<>(peers);
            others.remove(cut);
            each(others, RevocationIT::pinged);
            assertHubRefuses(stolen);
        } finally {
            for (MqttPeer peer : peers) {
                peer.close();
            }
        }
    }

    /** The ways to the provisioning service on which a device may still be when its certificate is revoked. */
    enum Way {
        HTTPS,
        MQTT,
        MQTT_WS,
        AMQPS,
        AMQPS_WS;

        /** Registers, and returns what tells that the connection was closed. */
        Callable<Boolean> register(Device device) throws Exception {
            AmqpProvisioning amqp = new AmqpProvisioning(server);
            return switch (this) {
                case HTTPS -> {
                    HttpPeer peer = HttpPeer.connect(server, device);
                    assertThat(register(peer, device).status()).isEqualTo(202);
                    yield peer::isClosedByServer;
                }
                case MQTT -> register(MqttPeer.connect(server, device), device);
                case MQTT_WS -> register(new MqttPeer(WebSocketPeer.open(server, device, "mqtt")), device);
                case AMQPS -> register(amqp, AmqpPeer.connect(server, device), device);
                case AMQPS_WS -> register(amqp, new AmqpPeer(WebSocketPeer.open(server, device, "AMQPWSB10")), device);
            };
        }

        static Answer register(HttpPeer peer, Device device) throws IOException {
            return peer.request(
                    "PUT",
                    "/" + server.idScope() + "/registrations/" + device.registrationId() + "/register" + VERSION,
                    "Content-Type: application/json",
                    "{}");
        }

        private static Callable<Boolean> register(MqttPeer peer, Device device) throws IOException {
            peer.send(new MqttProvisioning(server).connectOf(device).packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", "{}"));
            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).startsWith("$dps/registrations/res/202/");
            return () -> peer.next().isEmpty();
        }

        private static Callable<Boolean> register(AmqpProvisioning amqp, AmqpPeer peer, Device device)
                throws IOException {
            assertThat(amqp.registered(peer, device.registrationId())).contains("operationId");
            return () -> peer.next().isEmpty();
        }
    }

    @EnumSource
    @ParameterizedTest
    void deviceAtTheProvisioningService_isCut_andItsNextRegistrationIsRefusedWithTheReason(Way way) throws Exception {
        Device device = plant.device("revoked-" + way.name().toLowerCase(Locale.ROOT));
        Callable<Boolean> closed = way.register(device);

        revoke(Map.of(
                "certificate", Pem.write(device.leaf()), "reason", "privilegeWithdrawn", "note", "sold", "by", "me"));
        Instant before = Instant.now();

        assertThat(closed.call()).isTrue();
        assertThat(Duration.between(before, Instant.now())).isLessThan(AT_ONCE);
        assertRegistrationRefused(device, "certificate 1 of 3, CN=" + device.registrationId(), "privilegeWithdrawn");
    }

    @Test
    void poll_isRefusedOnceTheCertificateIsRevoked() throws Exception {
        Device device = plant.device("revoked-polling");
        HttpProvisioning https = new HttpProvisioning(server);
        String operation = https.register(device);

        revoke(Map.of("thumbprint", device.thumbprint()));

        assertThat(https.poll(device, operation).status()).isEqualTo(401);
    }

    @Test
    void authority_isRevokedWithAllBelowIt_thoughTheirDevicesPresentTheirLeavesAlone() throws Exception {
        Authority line = plant.intermediate("Revocation Line");
        enrolling.verifiedGroup("revocation-line", line);
        Device device = line.device("below").presenting(1);
        Device beside = plant.device("beside").presenting(1);
        known(device);
        known(beside);
        try (MqttPeer peer = connected(device);
                MqttPeer other = connected(beside)) {
            revoke(Map.of("certificate", Pem.write(line.certificate()), "reason", "cACompromise"));
            Instant before = Instant.now();

            assertThat(peer.isClosedByServer()).isTrue();
            assertThat(Duration.between(before, Instant.now())).isLessThan(AT_ONCE);
            pinged(other);
        }
        assertHubRefuses(device);
        assertRegistrationRefused(device, "CN=Revocation Line", "cACompromise");
        connected(beside).close();
    }

    @Test
    void device_isRevokedWithAllThatItHas_andItsHubForgetsIt() throws Exception {
        Device device = plant.device("revoked-device");
        assertThat(new HttpProvisioning(server).registered(device).at("/status").asString())
                .isEqualTo("assigned");
        try (MqttPeer peer = connected(device)) {
            assertThat(revoke(Map.of("deviceId", "Revoked-Device", "reason", "certificateHold")))
                    .extracting(revocation -> revocation.at("/thumbprint").asString())
                    .containsExactly(device.thumbprint());

            assertThat(peer.isClosedByServer()).isTrue();
        }
        assertHubRefuses(device);

        server.controlPlane().release(device.thumbprint());
        assertHubRefuses(device);
        new HttpProvisioning(server).registered(device);
        connected(device).close();
    }

    @Test
    void certificates_thatAreRevokedOrHaveAnIssuerThatIs_areMarkedInTheOwnersLists() throws Exception {
        Onboarding onboarding = new Onboarding(server);
        for (String authority : List.of("fleet-good", "fleet-bad")) {
            onboarding.authority(authority, Duration.ofDays(1));
            onboarding.enroll("of-" + authority, Onboarding.issuedBy(authority));
            Wish wish = Wish.of("of-" + authority);
            wish.granted(onboarding.registered(wish));
        }

        revoke(Map.of("authority", "fleet-bad-root"));

        Map<String, Boolean> revoked = new HashMap<>();
        server.controlPlane()
                .send("GET", "/muster/certificates/expiring?within=86400", Optional.empty())
                .at("/value")
                .forEach(issued -> revoked.put(
                        issued.at("/deviceId").asString(), issued.at("/revoked").asBoolean()));
        assertThat(revoked).containsExactlyInAnyOrderEntriesOf(Map.of("of-fleet-good", false, "of-fleet-bad", true));
    }

    @Test
    void newCertificate_letsADeviceBackIn() throws Exception {
        Device device = plant.device("renewed-device");
        new HttpProvisioning(server).registered(device);
        revoke(Map.of("deviceId", "renewed-device"));

        Device renewed = plant.device("renewed-device");

        assertThat(new HttpProvisioning(server)
                        .registered(renewed)
                        .at("/status")
                        .asString())
                .isEqualTo("assigned");
        connected(renewed).close();
        assertHubRefuses(device);
    }

    private static void assertRegistrationRefused(Device device, String subject, String reason) throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer answer = Way.register(peer, device);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
        }
        JsonNode why = server.controlPlane()
                .attempts(device.registrationId())
                .getFirst()
                .at("/explanation");
        assertThat(why.at("/subject").asString()).contains(subject);
        assertThat(why.at("/rule").asString()).startsWith("it was revoked on ").endsWith("(" + reason + ")");
    }

    private static void assertHubRefuses(Device device) throws IOException {
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(connectOf(device).packet());
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 5);
        }
    }

    private static List<JsonNode> revoke(Map<String, Object> wish) {
        return server.controlPlane().revoke(wish);
    }

    /** Makes the hub know the device by its certificate. */
    private static Device known(Device device) throws Exception {
        var identity = new com.microsoft.azure.sdk.iot.service.registry.Device(
                device.registrationId(), AuthenticationType.SELF_SIGNED);
        identity.setThumbprint(device.thumbprint(), device.thumbprint());
        server.registry().addDevice(identity);
        return device;
    }

    private static Connect connectOf(Device device) {
        String id = device.registrationId();
        return new Connect(id, TestServer.HOST + "/" + id + "/?api-version=2021-04-12", null, true, 600);
    }

    private static MqttPeer connected(Device device) throws IOException {
        MqttPeer peer = MqttPeer.connect(server, device);
        peer.send(connectOf(device).packet());
        MqttProvisioning.assertAccepted(peer);
        return peer;
    }

    private static MqttPeer pinged(MqttPeer peer) throws IOException {
        peer.send(MqttPeer.ping());
        peer.expect(MqttPeer.PINGRESP);
        return peer;
    }

    /** One of a test's steps for each of many. */
    private interface Step<T, R> {
        R take(T item) throws Exception;
    }

    private static <T, R> List<R> each(List<T> items, Step<T, R> step) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<R>> results = new ArrayList<>();
            for (T item : items) {
                results.add(threads.submit(() -> step.take(item)));
            }
            List<R> all = new ArrayList<>();
            for (Future<R> result : results) {
                all.add(result.get());
            }
            return all;
        }
    }
}
