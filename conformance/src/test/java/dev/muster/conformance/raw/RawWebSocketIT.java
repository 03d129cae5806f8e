package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Connect;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.WebSocketPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * WebSockets on the HTTPS port as each SDK opens them and as none should. The MQTT or AMQP inside is tested elsewhere.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>
 */
class RawWebSocketIT {
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

    /** Reference 6: target and sub-protocol of each SDK, the latter answered in the client's spelling. */
    @ParameterizedTest
    @CsvSource({
        "Java MQTT,/mqtt,mqtt",
        "C# MQTT,/,mqtt",
        "Node and Python MQTT,/$iothub/websocket,mqtt",
        "C MQTT,/$iothub/websocket,MQTT",
        "Java AMQP,https://127.0.71.1/$iothub/websocket?iothub-no-client-cert=true,AMQPWSB10",
        "Node and C AMQP,/$iothub/websocket,AMQPWSB10",
        "C# AMQP,/,AMQPWSB10",
        "lower case,/$iothub/websocket?iothub-no-client-cert=true,amqpwsb10",
        "encoded,/%24iothub/websocket,mqtt"
    })
    void handshakeOfEachSdk_isAccepted(String sdk, String target, String subProtocol) throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.connect(server, TestPki.selfSigned("shaking"))) {
            String head = peer.shake(WebSocketPeer.handshake(target, subProtocol));

            List<String> lines = head.lines().toList();
            assertThat(lines.getFirst()).as(sdk).isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(lines.stream().map(line -> line.replaceFirst("^[^:]+", "")))
                    .contains(": Upgrade", ": " + WebSocketPeer.ACCEPT, ": " + subProtocol)
                    // An empty value kills Paho's handshake (trap 12).
                    .doesNotContain(":", ": ");
            assertThat(head).containsIgnoringCase("\r\nUpgrade: websocket\r\n");
        }
    }

    /** The Java SDK over AMQP lists two options and no port (reference 6). */
    @Test
    void handshakeWithKeepAliveAndSeveralProtocols_isAccepted() throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.connect(server, TestPki.selfSigned("shaking"))) {
            String head = peer.shake("GET /$iothub/websocket HTTP/1.1\r\n"
                    + "Connection: Upgrade,Keep-Alive\r\n"
                    + "Upgrade: WebSocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: " + WebSocketPeer.KEY + "\r\n"
                    + "Sec-WebSocket-Protocol: graphql, AMQPWSB10, mqtt\r\n"
                    + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                    + "Host: " + TestServer.HOST + "\r\n\r\n");

            assertThat(head).contains(" 101 ", "AMQPWSB10").doesNotContain("mqtt", "deflate");
        }
    }

    /** RFC 6455 section 4.2.2: an answer in HTTP, and the connection can be used on. */
    @ParameterizedTest
    @CsvSource({
        "Sec-WebSocket-Protocol: mqtt,Sec-WebSocket-Protocol: soap,400",
        "Sec-WebSocket-Protocol: mqtt,X: y,400",
        "Sec-WebSocket-Version: 13,Sec-WebSocket-Version: 12,400",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==,X: y,400",
        "Connection: Upgrade,Connection: keep-alive,400",
        "/$iothub/websocket,/elsewhere,404"
    })
    void badHandshake_isRefused(String good, String bad, int status) throws Exception {
        try (WebSocketPeer peer = WebSocketPeer.connect(server, TestPki.selfSigned("shaking"))) {
            String head = peer.shake(
                    WebSocketPeer.handshake("/$iothub/websocket", "mqtt").replace(good, bad));

            assertThat(head).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("Sec-WebSocket-Version: 13");
        }
    }

    /** MQTT 3.1.1 section 6: packets need not be aligned with frames; nor need frames be whole messages. */
    @Test
    void packets_mayBeCutAndJoinedInAnyWay() throws Exception {
        Device device = devices.enrolled("cutting-device");
        byte[] all = concat(
                devices.connectOf(device).packet(),
                MqttPeer.subscribe(1, 1, MqttPeer.RESULTS),
                MqttPeer.publish(1, 2, MqttPeer.REGISTER + "1", "{}"));
        try (WebSocketPeer joined = WebSocketPeer.open(server, device, "mqtt")) {
            joined.send(WebSocketPeer.BINARY, true, all);

            MqttProvisioning.assertRegistered(new MqttPeer(joined));
        }
        try (WebSocketPeer cut = WebSocketPeer.open(server, device, "mqtt")) {
            for (int index = 0; index < all.length; index++) {
                cut.send(WebSocketPeer.BINARY, true, new byte[] {all[index]});
            }

            MqttProvisioning.assertRegistered(new MqttPeer(cut));
        }
        try (WebSocketPeer fragmented = WebSocketPeer.open(server, device, "mqtt")) {
            fragmented.send(WebSocketPeer.BINARY, false, Arrays.copyOf(all, 10));
            fragmented.send(WebSocketPeer.PING, true, new byte[] {1, 2});
            fragmented.send(WebSocketPeer.CONTINUATION, false, new byte[0]);
            fragmented.send(WebSocketPeer.CONTINUATION, true, Arrays.copyOfRange(all, 10, all.length));

            assertThat(fragmented.expect(WebSocketPeer.PONG).payload()).containsExactly(1, 2);
            MqttProvisioning.assertRegistered(new MqttPeer(fragmented));
        }
    }

    /** RFC 6455 section 5.5.1: a close frame is answered by one, and TLS ends after it. */
    @Test
    void closeFrame_isAnswered() throws Exception {
        try (WebSocketPeer peer = open("leaving-device")) {
            peer.send(WebSocketPeer.CLOSE, true, new byte[] {0x03, (byte) 0xE8});

            assertThat(peer.expect(WebSocketPeer.CLOSE).status()).isEqualTo(1000);
            assertThat(peer.isClosedByServer()).isTrue();
        }
    }

    /** Java ends with a status that does not exist (seen 12); whatever is no frame ends the connection, too. */
    @ParameterizedTest
    @ValueSource(strings = {"close 12592", "text", "unmasked", "reserved bits", "too large", "cut off"})
    void badFrame_endsTheConnection(String what) throws Exception {
        try (WebSocketPeer peer = open("misframing-device")) {
            peer.sendRaw(
                    switch (what) {
                        case "close 12592" ->
                            WebSocketPeer.frame(WebSocketPeer.CLOSE, true, new byte[] {0x31, 0x30, 'x'});
                        case "text" ->
                            WebSocketPeer.frame(WebSocketPeer.TEXT, true, "hi".getBytes(StandardCharsets.US_ASCII));
                        case "unmasked" -> new byte[] {(byte) 0x82, 2, 0x10, 0};
                        case "reserved bits" -> new byte[] {(byte) 0xF2, (byte) 0x80, 0, 0, 0, 0};
                        case "too large" -> new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
                        default -> new byte[] {(byte) 0x88, (byte) 0x81, 0, 0, 0, 0, 1};
                    });

            assertThat(peer.expect(WebSocketPeer.CLOSE).status())
                    .isEqualTo(
                            switch (what) {
                                case "text" -> 1003;
                                case "close 12592" -> 1000;
                                case "too large" -> 1009;
                                default -> 1002;
                            });
            assertThat(peer.isClosedByServer()).isTrue();
        }
    }

    /** A refused CONNECT gets its CONNACK, then a close frame. */
    @Test
    void refusedConnect_isAnsweredBeforeTheEnd() throws Exception {
        try (WebSocketPeer peer = open("nameless-device")) {
            peer.send(new Connect("nameless-device", "nobody", null, true, 60).packet());

            assertThat(peer.expect(WebSocketPeer.BINARY).payload()).containsExactly(0x20, 2, 0, 4);
            assertThat(peer.expect(WebSocketPeer.CLOSE).status()).isEqualTo(1000);
        }
    }

    /** The hub is behind the same door (hub reference 1.1). */
    @Test
    void hub_isReachableInWebSocketsToo() throws Exception {
        Device device = devices.enrolled("hub-device");
        try (WebSocketPeer peer = WebSocketPeer.open(server, device, "mqtt")) {
            MqttPeer mqtt = new MqttPeer(peer);
            mqtt.send(devices.connectOf(device).packet());
            MqttProvisioning.assertAccepted(mqtt);
            MqttProvisioning.subscribe(mqtt, 1);
            mqtt.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));
            mqtt.expect(MqttPeer.PUBLISH);
        }
        try (WebSocketPeer peer = WebSocketPeer.open(server, device, "mqtt")) {
            MqttPeer mqtt = new MqttPeer(peer);
            mqtt.send(new Connect("hub-device", TestServer.HOST + "/hub-device/?api-version=2020-09-30", null, true, 60)
                    .packet());
            MqttProvisioning.assertAccepted(mqtt);
            mqtt.send(MqttPeer.publish(1, 3, "devices/hub-device/messages/events/", "{}"));

            assertThat(mqtt.expect(MqttPeer.PUBACK).packetId()).isEqualTo(3);
        }
    }

    private static WebSocketPeer open(String id) throws IOException {
        return WebSocketPeer.open(server, TestPki.selfSigned(id), "mqtt");
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
