package dev.muster.cli.client.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.client.MqttPacket;
import dev.muster.cli.client.load.Conversation.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConversationTest {
    @Test
    void httpAnswer_inPieces_isTakenWhole() {
        ByteBuf received = Unpooled.buffer();
        received.writeBytes(bytes("HTTP/1.1 202 Accepted\r\ncontent-length: 4\r\n\r\n{}"));
        assertThat(HttpAnswer.take(received)).isEmpty();

        received.writeBytes(bytes("  HTTP"));

        assertThat(HttpAnswer.take(received).orElseThrow().require(202).body()).isEqualTo(bytes("{}  "));
        assertThat(received.toString(StandardCharsets.US_ASCII)).isEqualTo("HTTP");
    }

    @Test
    void httpAnswer_withoutLength_isRefused() {
        ByteBuf received = Unpooled.wrappedBuffer(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
        assertThatThrownBy(() -> HttpAnswer.take(received)).hasMessageContaining("without Content-Length");
    }

    @Test
    void httpRegistration_unauthorized_saysWhatTheServerSaid() {
        HttpRegistration registration = new HttpRegistration("0ne00000001", "d-1");
        ByteBuf received = Unpooled.wrappedBuffer(
                bytes("HTTP/1.1 401 Unauthorized\r\nContent-Length: 20\r\n\r\n{\"errorCode\":401002}"));
        assertThatThrownBy(() -> registration.receive(received))
                .isInstanceOf(LoadException.class)
                .hasMessage("HTTP 401 instead of 202: {\"errorCode\":401002}");
    }

    @Test
    void mqttPacket_inPieces_isTakenWhole() {
        byte[] payload = bytes("x".repeat(200));
        byte[] packet = MqttFrames.bytes(new MqttPacket.Publish("topic", 7, 1, payload));
        ByteBuf received = Unpooled.buffer().writeBytes(packet, 0, packet.length - 1);
        assertThat(MqttFrames.take(received)).isEmpty();

        received.writeBytes(packet, packet.length - 1, 1).writeByte(0x40);

        assertThat(MqttFrames.take(received))
                .hasValueSatisfying(taken -> assertThat(taken)
                        .isInstanceOfSatisfying(
                                MqttPacket.Publish.class,
                                publish -> assertThat(publish.payload()).isEqualTo(payload)));
        assertThat(received.readableBytes()).isEqualTo(1);
        assertThat(MqttFrames.take(received)).isEmpty();
    }

    @Test
    void mqttPacket_ofMalformedLength_isRefused() {
        ByteBuf received = Unpooled.wrappedBuffer(new byte[] {0x30, -1, -1, -1, -1, 0});
        assertThatThrownBy(() -> MqttFrames.take(received)).isInstanceOf(LoadException.class);
    }

    @Test
    void mqttPing_refused_fails() {
        MqttPing ping = new MqttPing(MqttRegistration.connect("0ne00000001", "d-1"));
        ByteBuf refusal = Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 5});
        assertThatThrownBy(() -> ping.receive(refusal)).isInstanceOf(LoadException.class);
    }

    @Test
    void mqttRegistration_acknowledgedBeforeAnswered_waitsForTheAnswer() {
        MqttRegistration registration = new MqttRegistration("0ne00000001", "d-1");
        registration.receive(Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 0}));
        registration.receive(Unpooled.wrappedBuffer(new byte[] {(byte) 0x90, 3, 0, 1, 1}));
        assertThat(registration.receive(Unpooled.wrappedBuffer(new byte[] {0x40, 2, 0, 2})))
                .isEqualTo(new Step.Wait());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
