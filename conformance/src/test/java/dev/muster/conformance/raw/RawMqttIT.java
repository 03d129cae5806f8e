package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.TlsPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The provisioning service over MQTT as the SDKs of other languages speak it, packet by packet, and as nobody should.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
class RawMqttIT {
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

    /** C: keep-alive 0, QoS 0, raw version, the register body again in the poll (traps 15; seen 8, 15). */
    @Test
    void cSdk_isAssigned() throws Exception {
        Device device = devices.enrolled("c-device");
        String body = "{\"registrationId\":\"c-device\"}";
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(new Connect("c-device", devices.userName("c-device") + "&ClientVersion=1.15.0", null, true, 0)
                    .packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);

            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "3", body));
            Packet accepted = peer.expect(MqttPeer.PUBLISH);
            assertThat(accepted.topic()).matches("\\$dps/registrations/res/202/\\?\\$rid=3&retry-after=[2-5]");
            String operation = MqttProvisioning.operationOf(accepted);
            peer.send(MqttPeer.publish(0, 0, MqttPeer.POLL + "4&operationId=" + operation, body));

            MqttProvisioning.assertAssigned(peer.expect(MqttPeer.PUBLISH), "4", "c-device");
        }
    }

    /** C#: empty register body; SessionPresent 0; PUBACK before the answer, which has QoS 1 (traps 13, 15, 18). */
    @Test
    void csharpSdk_isAssigned() throws Exception {
        Device device = devices.enrolled("csharp-device");
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(new Connect(
                            "csharp-device",
                            devices.userName("csharp-device") + "&ClientVersion=.NET%2F1.19.2%20%28Linux%29",
                            null,
                            true,
                            0)
                    .packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);

            peer.send(MqttPeer.publish(1, 7, MqttPeer.REGISTER + "7", ""));
            assertThat(peer.expect(MqttPeer.PUBACK).packetId()).isEqualTo(7);
            Packet accepted = peer.expect(MqttPeer.PUBLISH);
            assertThat(accepted.quality()).isEqualTo(1);
            peer.send(MqttPeer.puback(accepted.packetId()));
            peer.send(MqttPeer.publish(
                    1, 8, MqttPeer.POLL + "8&operationId=" + MqttProvisioning.operationOf(accepted), ""));
            assertThat(peer.expect(MqttPeer.PUBACK).packetId()).isEqualTo(8);

            MqttProvisioning.assertAssigned(peer.expect(MqttPeer.PUBLISH), "8", "csharp-device");
        }
    }

    /** Embedded C: {@code $rid=1} on every message, no ClientVersion (trap 16). */
    @Test
    void embeddedC_isAssignedWithAConstantRequestId() throws Exception {
        Device device = devices.enrolled("embedded-device");
        try (MqttPeer peer = devices.open(device)) {
            peer.send(MqttPeer.publish(1, 1, MqttPeer.REGISTER + "1", "{\"registrationId\":\"embedded-device\"}"));
            peer.expect(MqttPeer.PUBACK);
            Packet accepted = peer.expect(MqttPeer.PUBLISH);
            for (int id = 2; id < 4; id++) {
                peer.send(MqttPeer.publish(
                        1, id, MqttPeer.POLL + "1&operationId=" + MqttProvisioning.operationOf(accepted), ""));
                peer.expect(MqttPeer.PUBACK);

                MqttProvisioning.assertAssigned(peer.expect(MqttPeer.PUBLISH), "1", "embedded-device");
            }
        }
    }

    /**
     * Python: {@code "payload":null}, a poll of one space, GUIDs, and a session asked for that is not kept (trap 14).
     */
    @Test
    void pythonSdk_findsNoSessionWhenItComesBack() throws Exception {
        Device device = devices.enrolled("python-device");
        String rid = "7a2a7ddc-3ad6-4cd1-a1f0-3d7d09b9a1f2";
        Connect connect = new Connect(
                "python-device",
                devices.userName("python-device")
                        + "&ClientVersion=azure-iot-device-provisioning%2F2.14.0%20%28Linux%29",
                null,
                false,
                60);
        for (int visit = 0; visit < 2; visit++) {
            try (MqttPeer peer = MqttPeer.connect(server, device)) {
                peer.send(connect.packet());
                MqttProvisioning.assertAccepted(peer);
                MqttProvisioning.subscribe(peer, 1);

                peer.send(MqttPeer.publish(
                        1, 1, MqttPeer.REGISTER + rid, "{\"payload\": null, \"registrationId\": \"python-device\"}"));
                peer.expect(MqttPeer.PUBACK);
                // Left unacknowledged: it must not come again to the next connection.
                Packet accepted = peer.expect(MqttPeer.PUBLISH);
                peer.send(MqttPeer.publish(
                        1, 2, MqttPeer.POLL + rid + "&operationId=" + MqttProvisioning.operationOf(accepted), " "));
                peer.expect(MqttPeer.PUBACK);

                MqttProvisioning.assertAssigned(peer.expect(MqttPeer.PUBLISH), rid, "python-device");
            }
        }
    }

    /** The embedded parsers fail on JSON null and on a missing operationId, status or substatus (traps 4; seen 1). */
    @Test
    void answers_holdWhatEveryParserNeedsAndNoNull() throws Exception {
        Device device = devices.enrolled("parsed-device");
        try (MqttPeer peer = devices.open(device)) {
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", "{}"));
            Packet accepted = peer.expect(MqttPeer.PUBLISH);
            assertThat(accepted.json().propertyNames()).containsExactlyInAnyOrder("operationId", "status");
            assertThat(MqttProvisioning.operationOf(accepted)).matches("[A-Za-z0-9.-]+");
            peer.send(MqttPeer.publish(
                    0, 0, MqttPeer.POLL + "2&operationId=" + MqttProvisioning.operationOf(accepted), ""));
            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(new String(answer.payload(), StandardCharsets.UTF_8)).doesNotContain("null");
            JsonNode state = answer.json().at("/registrationState");
            assertThat(state.at("/x509").isObject()).isTrue();
            for (String member : List.of("createdDateTimeUtc", "lastUpdatedDateTimeUtc", "etag")) {
                assertThat(state.at("/" + member).asString()).isNotBlank();
            }
            assertThat(state.at("/lastUpdatedDateTimeUtc").asString())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z");
        }
    }

    /** Refused in the protocol, CONNECT and SUBSCRIBE having succeeded (reference 5.5). */
    @Test
    void unknownDevice_isRefusedInTheAnswer() throws Exception {
        Device device = TestPki.selfSigned("stranger-device");
        try (MqttPeer peer = devices.open(device)) {
            peer.send(MqttPeer.publish(1, 1, MqttPeer.REGISTER + "1", ""));
            peer.expect(MqttPeer.PUBACK);
            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).startsWith("$dps/registrations/res/401/?$rid=1");
            assertThat(answer.json().propertyNames())
                    .containsExactlyInAnyOrder("errorCode", "trackingId", "message", "timestampUtc");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
            assertThat(server.controlPlane()
                            .attempts("stranger-device")
                            .getFirst()
                            .at("/trackingId")
                            .asString())
                    .isEqualTo(answer.json().at("/trackingId").asString());
        }
    }

    /** 404202 is the second kind of not found (reference 10.4). */
    @Test
    void unknownOperation_isNotFound() throws Exception {
        try (MqttPeer peer = devices.open(devices.enrolled("forgetful-device"))) {
            peer.send(MqttPeer.publish(0, 0, MqttPeer.POLL + "1&operationId=5.0123456789abcdef.no-such", ""));
            Packet answer = peer.expect(MqttPeer.PUBLISH);

            assertThat(answer.topic()).startsWith("$dps/registrations/res/404/?$rid=1");
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(404202);
        }
    }

    /** Quality of service 2 is granted as 1 (Azure: MQTT support). */
    @Test
    void subscription_isGrantedAtMostQualityOne() throws Exception {
        Device device = TestPki.selfSigned("careful-device");
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(devices.connectOf(device).packet());
            MqttProvisioning.assertAccepted(peer);

            peer.send(MqttPeer.subscribe(5, 2, MqttPeer.RESULTS));

            assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, 5, 1);
        }
    }

    /** Clients with a keep-alive ask while they wait (MQTT 3.1.1 section 3.12). */
    @Test
    void ping_isAnswered() throws Exception {
        try (MqttPeer peer = devices.open(TestPki.selfSigned("pinging-device"))) {
            peer.send(MqttPeer.ping());

            assertThat(peer.expect(MqttPeer.PINGRESP).body()).isEmpty();
        }
    }

    /** Everything in one TLS record, and one byte at a time. */
    @Test
    void packets_mayComeTogetherOrInPieces() throws Exception {
        Device device = devices.enrolled("lumpy-device");
        byte[] all = concat(
                devices.connectOf(device).packet(),
                MqttPeer.subscribe(1, 1, MqttPeer.RESULTS),
                MqttPeer.publish(1, 2, MqttPeer.REGISTER + "1", ""));
        try (MqttPeer lump = MqttPeer.connect(server, device);
                MqttPeer pieces = MqttPeer.connect(server, device)) {
            lump.send(all);
            MqttProvisioning.assertRegistered(lump);
            for (byte piece : all) {
                pieces.send(new byte[] {piece});
            }
            MqttProvisioning.assertRegistered(pieces);
        }
    }

    /** TLS 1.2 is what Java and Python offer, 1.3 what Node does (reference 11.3). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void eitherVersionOfTls_isSpoken(String version) throws Exception {
        Device device = devices.enrolled("device-of-" + version);
        try (MqttPeer peer = new MqttPeer(TlsPeer.connect(server.trust().context(device), TestServer.MQTT, version))) {
            peer.send(devices.connectOf(device).packet());
            MqttProvisioning.assertAccepted(peer);
            MqttProvisioning.subscribe(peer, 1);
            peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));

            assertThat(peer.expect(MqttPeer.PUBLISH).topic()).startsWith("$dps/registrations/res/202/");
        }
    }

    private static byte[] concat(byte[]... parts) {
        return Arrays.stream(parts)
                .reduce((one, other) -> {
                    byte[] both = Arrays.copyOf(one, one.length + other.length);
                    System.arraycopy(other, 0, both, one.length, other.length);
                    return both;
                })
                .orElseThrow();
    }
}
