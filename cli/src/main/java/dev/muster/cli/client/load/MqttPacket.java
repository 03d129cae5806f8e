package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An MQTT 3.1.1 control packet (OASIS MQTT 3.1.1 section 2): a first byte of type and flags, and what follows its
 * length.
 */
record MqttPacket(int type, int flags, byte[] content) {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;

    private static final int MAX_CONTENT_BYTES = 64 * 1024;
    private static final int KEEP_ALIVE_SECONDS = 230;

    /** Empty until the whole packet has been received. */
    static Optional<MqttPacket> take(ByteBuf received) {
        int length = 0;
        int index = received.readerIndex() + 1;
        for (int shift = 0; ; shift += 7, index++) {
            if (index >= received.writerIndex()) {
                return Optional.empty();
            }
            int digit = received.getUnsignedByte(index);
            length |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                break;
            }
            if (shift == 21) {
                throw new LoadException("an MQTT packet with a malformed length");
            }
        }
        if (length > MAX_CONTENT_BYTES) {
            throw new LoadException("an MQTT packet of " + length + " bytes");
        }
        if (received.writerIndex() - index - 1 < length) {
            return Optional.empty();
        }
        int first = received.getUnsignedByte(received.readerIndex());
        received.readerIndex(index + 1);
        byte[] content = new byte[length];
        received.readBytes(content);
        return Optional.of(new MqttPacket(first >> 4, first & 0x0F, content));
    }

    /** CONNECT with a clean session and no password (section 3.1). */
    static byte[] connect(String clientId, String userName) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        text(content, "MQTT");
        content.write(4);
        content.write(0b1000_0010);
        number(content, KEEP_ALIVE_SECONDS);
        text(content, clientId);
        text(content, userName);
        return packet(0x10, content);
    }

    /** SUBSCRIBE to one filter at QoS 1 (section 3.8). */
    static byte[] subscribe(int id, String filter) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        number(content, id);
        text(content, filter);
        content.write(1);
        return packet(0x82, content);
    }

    /** PUBLISH at QoS 1 (section 3.3). */
    static byte[] publish(int id, String topic, String payload) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        text(content, topic);
        number(content, id);
        content.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
        return packet(0x32, content);
    }

    /** DISCONNECT (section 3.14). */
    static byte[] disconnect() {
        return new byte[] {(byte) 0xE0, 0};
    }

    /** @throws LoadException unless this is a CONNACK that accepts (section 3.2) */
    void requireAccepted() {
        if (type != CONNACK || content.length != 2 || content[1] != 0) {
            throw new LoadException("the connection was not accepted: " + this);
        }
    }

    /** This PUBLISH's topic. */
    String topic() {
        return new String(content, 2, topicLength(), StandardCharsets.UTF_8);
    }

    /** This PUBLISH's payload. */
    byte[] payload() {
        int start = 2 + topicLength() + (qos() > 0 ? 2 : 0);
        byte[] payload = new byte[content.length - start];
        System.arraycopy(content, start, payload, 0, payload.length);
        return payload;
    }

    /** The PUBACK that this PUBLISH asks for; empty at QoS 0. */
    byte[] acknowledgement() {
        if (qos() == 0) {
            return new byte[0];
        }
        int id = 2 + topicLength();
        return new byte[] {0x40, 2, content[id], content[id + 1]};
    }

    @Override
    public String toString() {
        return "MQTT packet of type " + type + " with " + content.length + " bytes";
    }

    private int qos() {
        return (flags >> 1) & 3;
    }

    private int topicLength() {
        return (Byte.toUnsignedInt(content[0]) << 8) | Byte.toUnsignedInt(content[1]);
    }

    private static byte[] packet(int first, ByteArrayOutputStream content) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int rest = content.size();
        do {
            packet.write((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
            rest >>= 7;
        } while (rest > 0);
        packet.writeBytes(content.toByteArray());
        return packet.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }
}
