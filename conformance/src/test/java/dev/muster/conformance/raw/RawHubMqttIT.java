package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The hub over MQTT as the device SDKs of other languages speak it, packet by packet, and as nobody should.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
class RawHubMqttIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** C: three filters in one SUBSCRIBE, telemetry of quality 0, keep-alive 0 (device reference 16.15). */
    @Test
    void cSdk_sendsTelemetry() throws Exception {
        try (MqttPeer peer = connect("c-device", "api-version=2020-09-30&DeviceClientType=iothubclient%2f1.15.0", 0)) {
            peer.send(MqttPeer.subscribe(
                    2, 1, "devices/c-device/messages/devicebound/#", "$iothub/methods/POST/#", "$iothub/twin/res/#"));
            assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, 2, 1, 1, 1);

            peer.send(MqttPeer.publish(
                    0, 0, "devices/c-device/messages/events/alert=too hot&%24.mid=1&%24.ct=application%2Fjson", "1"));
            // Taken in their order, so the answer to the second tells that the first is there.
            peer.send(MqttPeer.publish(1, 3, "devices/c-device/messages/events/", "2"));
            assertThat(peer.expect(MqttPeer.PUBACK).packetId()).isEqualTo(3);
        }
        assertThat(server.controlPlane().eventBodies("c-device")).containsExactly("1", "2");
        JsonNode event = server.controlPlane().events("c-device").getFirst();
        assertThat(event.at("/properties/alert").asString()).isEqualTo("too hot");
        assertThat(event.at("/systemProperties/message-id").asString()).isEqualTo("1");
    }

    /** C#: a slash behind the properties, and an answer before the next packet (reference 1.4). */
    @Test
    void csharpSdk_sendsTelemetry() throws Exception {
        try (MqttPeer peer = connect("csharp-device", "api-version=2020-09-30&DeviceClientType=.NET%2F1.42.3", 300)) {
            peer.send(MqttPeer.publish(
                    1, 1, "devices/csharp-device/messages/events/%24.cid=c1&level=storage%20full/", "2"));

            assertThat(peer.expect(MqttPeer.PUBACK).packetId()).isEqualTo(1);
        }
        JsonNode event = onlyEvent("csharp-device");
        assertThat(event.at("/properties/level").asString()).isEqualTo("storage full");
        assertThat(event.at("/systemProperties/correlation-id").asString()).isEqualTo("c1");
    }

    /** Node: the model id before the client type and not escaped (reference 1.2). */
    @Test
    void nodeSdk_isLetInWithItsModel() throws Exception {
        try (MqttPeer peer = connect(
                "node-device", "api-version=2021-04-12&model-id=dtmi:x:y;1&DeviceClientType=azure-iot-device", 180)) {
            assertPinged(peer);
        }
    }

    /** Old documents show a user name without the question mark (reference 0.2). */
    @Test
    void userName_mayLackTheQuestionMark() throws Exception {
        String key = addDevice("old-device");
        try (MqttPeer peer = open()) {
            peer.send(new Connect(
                            "old-device",
                            TestServer.HOST + "/old-device/api-version=2016-11-14",
                            token("old-device", key),
                            true,
                            60)
                    .packet());

            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
        }
    }

    /** The sender is who was let in, whatever the message says of itself (reference 1.4). */
    @Test
    void sender_isTheOneThatConnected() throws Exception {
        try (MqttPeer peer = connect("honest-device", "api-version=2021-04-12", 60)) {
            peer.send(MqttPeer.publish(1, 1, "devices/honest-device/messages/events/%24.cdid=another-device", "3"));
            peer.expect(MqttPeer.PUBACK);
        }

        assertThat(onlyEvent("honest-device").at("/deviceId").asString()).isEqualTo("honest-device");
        assertThat(server.controlPlane().events("another-device")).isEmpty();
    }

    /** Not retained; the message says that it should have been (reference 1.4). */
    @Test
    void retainFlag_becomesAProperty() throws Exception {
        try (MqttPeer peer = connect("retaining-device", "api-version=2021-04-12", 60)) {
            byte[] publish = MqttPeer.publish(1, 1, "devices/retaining-device/messages/events/", "4");
            publish[0] |= 1;
            peer.send(publish);
            peer.expect(MqttPeer.PUBACK);
        }

        assertThat(onlyEvent("retaining-device").at("/properties/mqtt-retain").asString())
                .isEqualTo("true");
    }

    /** Quality 2 is granted as 1; topics of others are refused, each by its own code (reference 1.5). */
    @Test
    void subscriptions_areGrantedOneByOne() throws Exception {
        try (MqttPeer peer = connect("curious-device", "api-version=2021-04-12", 60)) {
            peer.send(MqttPeer.subscribe(
                    9,
                    2,
                    "devices/curious-device/messages/devicebound/#",
                    "devices/another-device/messages/devicebound/#",
                    "#"));

            assertThat(peer.expect(MqttPeer.SUBACK).body()).containsExactly(0, 9, 1, 0x80, 0x80);
        }
    }

    static Stream<Arguments> insults() {
        return Stream.of(
                Arguments.of("insult-1", "events of another", "devices/other/messages/events/", 1, 1),
                Arguments.of("insult-2", "unknown topic", "devices/insult-2/messages/other/", 1, 1),
                Arguments.of("insult-3", "topic of the provisioning service", MqttPeer.REGISTER + "1", 1, 1),
                Arguments.of("insult-4", "quality 2", "devices/insult-4/messages/events/", 2, 1),
                Arguments.of("insult-5", "over 256 KB", "devices/insult-5/messages/events/", 1, 257 * 1024));
    }

    /** What the hub does not take ends the connection (Azure: MQTT). */
    @ParameterizedTest(name = "{1}")
    @MethodSource("insults")
    void insult_endsTheConnection(String id, String what, String topic, int quality, int size) throws Exception {
        try (MqttPeer peer = connect(id, "api-version=2021-04-12", 60)) {
            peer.send(MqttPeer.publish(quality, 1, topic, "x".repeat(size)));

            assertThat(peer.next()).as(what).isEmpty();
        }
        assertThat(server.controlPlane().events(id)).isEmpty();
    }

    /** Code 5 for whom it does not know or believe, since devices try again on 3 (reference 1.3). */
    @Test
    void stranger_isNotAuthorized() throws Exception {
        String key = addDevice("robbed-device");
        for (Connect connect : List.of(
                connectOf("device-of-nobody", "api-version=2021-04-12", 60, key),
                new Connect(
                        "robbed-device",
                        TestServer.HOST + "/robbed-device/?api-version=2021-04-12",
                        token("device-of-nobody", key),
                        true,
                        60),
                new Connect(
                        "robbed-device", TestServer.HOST + "/robbed-device/?api-version=2021-04-12", null, true, 60))) {
            try (MqttPeer peer = open()) {
                peer.send(connect.packet());

                assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 5);
                assertThat(peer.isClosedByServer()).isTrue();
            }
        }
    }

    private static JsonNode onlyEvent(String deviceId) {
        List<JsonNode> events = server.controlPlane().events(deviceId);
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    private static void assertPinged(MqttPeer peer) throws IOException {
        peer.send(MqttPeer.ping());
        assertThat(peer.expect(MqttPeer.PINGRESP).body()).isEmpty();
    }

    private static MqttPeer connect(String id, String query, int keepAlive) throws Exception {
        MqttPeer peer = open();
        peer.send(connectOf(id, query, keepAlive, addDevice(id)).packet());
        assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
        return peer;
    }

    private static MqttPeer open() throws IOException {
        return new MqttPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.MQTT));
    }

    /** Clean session off, as in every SDK. */
    private static Connect connectOf(String id, String query, int keepAlive, String key) {
        return new Connect(id, TestServer.HOST + "/" + id + "/?" + query, token(id, key), false, keepAlive);
    }

    private static String token(String id, String key) {
        return HubToken.of(TestServer.HOST + "/devices/" + id, key);
    }

    private static String addDevice(String id) throws Exception {
        return server.registry()
                .addDevice(new com.microsoft.azure.sdk.iot.service.registry.Device(id, AuthenticationType.SAS))
                .getPrimaryKey();
    }
}
