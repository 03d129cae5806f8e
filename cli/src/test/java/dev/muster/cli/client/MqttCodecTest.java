package dev.muster.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected bytes are written by hand from the figures of OASIS MQTT 3.1.1. */
final class MqttCodecTest {
    @Test
    void connect_withoutPassword_hasCleanSessionAndUserName() throws IOException {
        assertThat(hex(new MqttPacket.Connect("dev1", "h/dev1", null, 240)))
                .isEqualTo("1018" + "00044d515454" + "04" + "82" + "00f0" + "000464657631" + "0006682f64657631");
    }

    @Test
    void connect_withPassword_hasItLast() throws IOException {
        assertThat(hex(new MqttPacket.Connect("d", "u", "p", 0)))
                .isEqualTo("1013" + "00044d515454" + "04" + "c2" + "0000" + "000164" + "000175" + "000170");
    }

    @Test
    void connect_asText_leavesThePasswordOut() {
        assertThat(new MqttPacket.Connect("d", "u", "secret", 0).toString()).doesNotContain("secret");
    }

    @Test
    void subscribe_asksForQualityOne() throws IOException {
        assertThat(hex(new MqttPacket.Subscribe(10, List.of("a/#", "b"))))
                .isEqualTo("820c" + "000a" + "0003612f23" + "01" + "000162" + "01");
    }

    @Test
    void publish_hasAPacketIdAtQualityOneOnly() throws IOException {
        byte[] body = "x".getBytes(StandardCharsets.UTF_8);
        assertThat(hex(new MqttPacket.Publish("t", 258, 1, body))).isEqualTo("3206" + "000174" + "0102" + "78");
        assertThat(hex(new MqttPacket.Publish("t", 0, 0, body))).isEqualTo("3004" + "000174" + "78");
    }

    @Test
    void shortPackets_haveTheirFixedBytes() throws IOException {
        assertThat(hex(new MqttPacket.PublishAck(0xABCD))).isEqualTo("4002abcd");
        assertThat(hex(new MqttPacket.Disconnect())).isEqualTo("e000");
    }

    @ParameterizedTest
    @CsvSource({"123,3 bytes,7f", "124,4 bytes,8001", "16379,16 KiB,ff7f", "16380,16 KiB and more,808001"})
    void remainingLength_growsByAByteEverySevenBits(int payload, String why, String length) throws IOException {
        byte[] encoded = MqttCodec.encode(new MqttPacket.Publish("t", 1, 0, new byte[payload + 1]));

        assertThat(HexFormat.of().formatHex(encoded)).as(why).startsWith("30" + length + "000174");
        assertThat(read(encoded))
                .isInstanceOfSatisfying(
                        MqttPacket.Publish.class,
                        message -> assertThat(message.payload()).hasSize(payload + 1));
    }

    @Test
    void answers_areRead() throws IOException {
        assertThat(read("20020005")).isEqualTo(new MqttPacket.ConnectAck(false, 5));
        assertThat(read("20020100")).isEqualTo(new MqttPacket.ConnectAck(true, 0));
        assertThat(read("40020102")).isEqualTo(new MqttPacket.PublishAck(258));
        assertThat(read("9004000a0180")).isEqualTo(new MqttPacket.SubscribeAck(10, List.of(1, 128)));
    }

    @Test
    void message_isReadWithItsTopicAndPayload() throws IOException {
        assertThat(read("3206" + "000174" + "0102" + "78"))
                .isInstanceOfSatisfying(MqttPacket.Publish.class, message -> {
                    assertThat(message.topic()).isEqualTo("t");
                    assertThat(message.packetId()).isEqualTo(258);
                    assertThat(message.qos()).isEqualTo(1);
                    assertThat(message.payload()).containsExactly('x');
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000", // a client's packet
                "2000", // CONNACK without content
                "3401000000", // quality of service 2
                "3002ffff", // a topic longer than the packet
                "30ffffff7f", // a quarter of a gigabyte
                "30ffffffffff01", // a length of five bytes
            })
    void nonsense_isAProtocolError(String packet) {
        assertThatThrownBy(() -> read(packet)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void endOfStream_isToldFromNonsense() {
        assertThatThrownBy(() -> read("")).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> read("2002")).isInstanceOf(EOFException.class);
    }

    private static String hex(MqttPacket packet) throws IOException {
        return HexFormat.of().formatHex(MqttCodec.encode(packet));
    }

    private static MqttPacket read(String hex) throws IOException {
        return read(HexFormat.of().parseHex(hex));
    }

    private static MqttPacket read(byte[] bytes) throws IOException {
        return MqttCodec.read(new ByteArrayInputStream(bytes));
    }
}
