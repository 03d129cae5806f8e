package dev.muster.server.mqtt;

import static dev.muster.server.mqtt.Packets.CONNECTED;
import static dev.muster.server.mqtt.Packets.PING;
import static dev.muster.server.mqtt.Packets.PONG;
import static dev.muster.server.mqtt.Packets.bytes;
import static dev.muster.server.mqtt.Packets.connect;
import static dev.muster.server.mqtt.Packets.publish;
import static dev.muster.server.mqtt.Packets.refused;
import static dev.muster.server.mqtt.Packets.string;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.server.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of clients that have not got as far as a good CONNECT. */
class StrangerIT {
    private static final MqttFrontEnd.Limits LIMITS =
            new MqttFrontEnd.Limits(Duration.ofSeconds(10), Duration.ofSeconds(1));
    private static PlainTls tls;
    private static MqttFrontEnd frontEnd;

    @BeforeAll
    static void start() {
        tls = PlainTls.create();
        frontEnd = MqttFrontEnd.start(listen(0), tls, new Service().services(), LIMITS);
    }

    @AfterAll
    static void stop() {
        frontEnd.close();
    }

    @Test
    void otherProtocolLevels_areRefused() throws IOException {
        byte[] payload = Packets.joined(string("dev1"), string("0ne1/registrations/dev1/api-version=2019-03-31"));
        expectRefused(connect("MQTT", 3, 0x82, 60, payload), 1);
        expectRefused(connect("MQIsdp", 3, 0x82, 60, payload), 1);
        expectRefused(connect("MQTT", 5, 0x82, 60, Packets.joined(bytes(0), payload)), 1);
        // A mosquitto bridge sets the highest bit, until it is told not to.
        expectRefused(connect("MQTT", 0x84, 0x82, 60, payload), 1);
    }

    @Test
    void otherPacketsBeforeConnect_closeTheConnection() throws IOException {
        expectClosedAtOnce(publish("a", ""));
        expectClosedAtOnce(PING);
        expectClosedAtOnce("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void largeConnect_closesTheConnectionBeforeItIsRead() throws IOException {
        expectClosedAtOnce(bytes(0x10, 0x80, 0x80, 0x01));
    }

    @Test
    void clientThatSendsNothing_isClosed() throws IOException {
        expectClosedAtOnce();
        expectClosedAtOnce(bytes(0x10));
    }

    /** C and C# ask for no keep-alive and may be silent for longer than a stranger (reference, trap 15). */
    @Test
    void clientWithoutKeepAlive_mayBeSilent() throws Exception {
        byte[] payload = Packets.joined(string("dev1"), string("0ne1/registrations/dev1/api-version=2019-03-31"));
        try (RawClient client = new RawClient(frontEnd.port(), Optional.empty())) {
            client.send(connect("MQTT", 4, 0x82, 0, payload));
            client.expect(CONNECTED);
            Thread.sleep(LIMITS.connect().multipliedBy(2));
            client.send(PING);

            client.expect(PONG);
        }
    }

    @Test
    void portThatIsTaken_isTold() {
        assertThatThrownBy(() -> MqttFrontEnd.start(listen(frontEnd.port()), tls, new Service().services()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + frontEnd.port());
    }

    private static Config.Listen listen(int port) {
        return new Config.Listen("127.0.0.1", 0, port, 0);
    }

    private static void expectRefused(byte[] connect, int code) throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.empty())) {
            client.send(connect);
            client.expect(refused(code));
            client.expectClosed();
        }
    }

    private static void expectClosedAtOnce(byte[]... packets) throws IOException {
        try (RawClient client = new RawClient(frontEnd.port(), Optional.empty())) {
            client.send(packets);
            client.expectClosed();
        }
    }
}
