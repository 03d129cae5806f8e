package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * MQTT as nobody should speak it: each gets its answer or an end, and others notice nothing.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html">MQTT 3.1.1</a>
 */
class MalformedMqttIT {
    private static TestServer server;
    private static MqttProvisioning devices;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        devices = new MqttProvisioning(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Answered in the protocol, by the code of a bad argument (reference 10.4). */
    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "null", "{\"registrationId\":7}", "{\"registrationId\":\"another\"}"})
    void badBody_isABadRequest(String body) throws Exception {
        try (MqttPeer peer =
                devices.open(devices.enrolled("garbling-device-" + Integer.toHexString(body.hashCode())))) {
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", body));
            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).startsWith("$dps/registrations/res/400/?$rid=1");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(400004);
        }
    }

    /** The handshake proves possession of the key; without it nothing is said at all (RFC 8446 section 4.4.3). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificateOfAnotherKey_failsInTheHandshake(String version) throws Exception {
        Device honest = devices.enrolled("robbed-device-" + version);
        Device thief = honest.withKeyOf(TestPki.selfSigned("thief"));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (MqttPeer peer =
                    new MqttPeer(TlsPeer.connect(server.trust().context(thief), TestServer.MQTT, version))) {
                peer.send(devices.connectOf(honest).packet());
                peer.next().orElseThrow(() -> new IOException("hung up"));
            }
        });
        assertThat(server.controlPlane().attempts(honest.registrationId())).isEmpty();
    }

    static Stream<Arguments> refusedConnects() {
        Connect good = new Connect("picky-device", devices.userName("picky-device"), null, true, 60);
        return Stream.of(
                Arguments.of("MQTT 3.1", good.packet(3), 1),
                Arguments.of("MQTT 5.0", good.packet(5), 1),
                Arguments.of("client id of another", new Connect("other", good.userName(), null, true, 60).packet(), 2),
                Arguments.of("no client id", new Connect("", good.userName(), null, true, 60).packet(), 2),
                Arguments.of("unreadable user name", new Connect("picky-device", "me", null, true, 60).packet(), 4));
    }

    /** MQTT 3.1.1 section 3.2.2.3 names the return codes, reference 5.5 which SDK reads what into them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedConnects")
    void badConnect_isRefusedWithItsCode(String what, byte[] connect, int code) throws Exception {
        Device device = TestPki.selfSigned("picky-device");
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(connect);

            assertThat(peer.expect(MqttPeer.CONNACK).body()).as(what).containsExactly(0, code);
            assertThat(peer.isClosedByServer()).isTrue();
        }
    }

    static Stream<Arguments> insults() {
        return Stream.of(
                Arguments.of("unknown topic", MqttPeer.publish(1, 1, "devices/other/messages/events/", "x")),
                Arguments.of("unknown operation", MqttPeer.publish(0, 0, "$dps/registrations/PATCH/x/?$rid=1", "")),
                Arguments.of("quality 3", MqttPeer.publish(3, 1, MqttPeer.REGISTER + "1", "")),
                Arguments.of("wildcard in a topic", MqttPeer.publish(0, 0, "$dps/registrations/res/#", "")),
                Arguments.of(
                        "second CONNECT",
                        devices.connectOf(TestPki.selfSigned("insulting-device"))
                                .packet()),
                Arguments.of("reserved packet type", new byte[] {(byte) 0xF0, 0}),
                Arguments.of("packet type 0", new byte[] {0, 0}),
                Arguments.of("SUBSCRIBE with wrong flags", new byte[] {(byte) 0x80, 5, 0, 1, 0, 0, 0}),
                Arguments.of("SUBSCRIBE to nothing", new byte[] {(byte) 0x82, 2, 0, 1}),
                Arguments.of("endless length", new byte[] {0x30, -1, -1, -1, -1, 1}),
                Arguments.of("256 MB to come", new byte[] {0x30, -1, -1, -1, 0x7F}),
                Arguments.of("topic longer than the packet", new byte[] {0x30, 3, 0, 9, 'x'}),
                Arguments.of("topic that is not UTF-8", new byte[] {0x30, 4, 0, 2, (byte) 0xC3, 0x28}),
                Arguments.of("body of 1 MB", MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", " ".repeat(1 << 20))));
    }

    /** Publishing where nothing is, and what is no MQTT, ends the connection (Azure: MQTT support). */
    @ParameterizedTest(name = "{0}")
    @MethodSource("insults")
    void insult_endsTheConnection(String what, byte[] insult) throws Exception {
        try (MqttPeer peer = devices.open(TestPki.selfSigned("insulting-device"))) {
            send(peer, insult);

            assertThat(peer.next()).as(what).isEmpty();
        }
    }

    /** The first packet is CONNECT (MQTT 3.1.1 section 3.1). */
    @Test
    void whatIsNoConnect_endsTheConnection() throws Exception {
        try (MqttPeer peer = MqttPeer.connect(server, TestPki.selfSigned("rash-device"))) {
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));

            assertThat(peer.next()).isEmpty();
        }
    }

    /** Port 8883 speaks TLS and nothing else. */
    @Test
    void whatIsNoTls_endsTheConnection() throws Exception {
        try (TlsPeer peer = TlsPeer.connectPlain(TestServer.MQTT)) {
            peer.send(devices.connectOf(TestPki.selfSigned("plain-device")).packet());

            // TLS answers with an alert in its own record layer before it hangs up.
            assertThat(peer.in().readAllBytes().length).isLessThanOrEqualTo(7);
        }
    }

    /** While forty connections misbehave another device notices nothing. */
    @Test
    void honestDevice_isNotDisturbedByOthers() throws Exception {
        List<byte[]> insults = insults().map(it -> (byte[]) it.get()[1]).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> misbehaving = Stream.iterate(0, it -> it + 1)
                    .limit(40)
                    .map(number -> threads.submit(() -> {
                        try (MqttPeer peer = devices.open(TestPki.selfSigned("insulting-device-" + number))) {
                            send(peer, insults.get(number % insults.size()));
                            return peer.next().isEmpty();
                        }
                    }))
                    .toList();
            for (int number = 0; number < 10; number++) {
                Device device = devices.enrolled("honest-device-" + number);
                try (MqttPeer peer = devices.open(device)) {
                    peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));
                    Packet accepted = peer.expect(MqttPeer.PUBLISH);
                    peer.send(MqttPeer.publish(
                            0, 0, MqttPeer.POLL + "2&operationId=" + MqttProvisioning.operationOf(accepted), ""));

                    MqttProvisioning.assertAssigned(peer.expect(MqttPeer.PUBLISH), "2", device.registrationId());
                }
            }
            for (Future<Boolean> one : misbehaving) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    /** The server may hang up before it has read it all. */
    private static void send(MqttPeer peer, byte[] insult) {
        try {
            peer.send(insult);
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("timed out");
        }
    }
}
