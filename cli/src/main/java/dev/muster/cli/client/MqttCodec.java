package dev.muster.cli.client;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes what a device sends and reads what it receives, as MQTT 3.1.1 lays it out. Stateless. */
public final class MqttCodec {
    /** Larger than any message to or from a hub or the provisioning service. */
    private static final int MAX_PACKET_BYTES = 512 * 1024;

    private static final int CONNECT = 1;
    private static final int CONNECT_ACK = 2;
    private static final int PUBLISH = 3;
    private static final int PUBLISH_ACK = 4;
    private static final int SUBSCRIBE = 8;
    private static final int SUBSCRIBE_ACK = 9;
    private static final int DISCONNECT = 14;

    private static final int PROTOCOL_LEVEL = 4;
    private static final int CLEAN_SESSION = 0x02;
    private static final int HAS_PASSWORD = 0x40;
    private static final int HAS_USER_NAME = 0x80;

    private MqttCodec() {}

    public static byte[] encode(MqttPacket packet) throws IOException {
        return switch (packet) {
            case MqttPacket.Connect connect -> frame(CONNECT, 0, connectBody(connect));
            case MqttPacket.Publish publish -> frame(PUBLISH, publish.qos() << 1, publishBody(publish));
            case MqttPacket.PublishAck(int id) -> frame(PUBLISH_ACK, 0, twoBytes(id));
            // Section 3.8.1: the flags of SUBSCRIBE are 0010.
            case MqttPacket.Subscribe subscribe -> frame(SUBSCRIBE, 2, subscribeBody(subscribe));
            case MqttPacket.Disconnect() -> frame(DISCONNECT, 0, new byte[0]);
            case MqttPacket.ConnectAck _, MqttPacket.SubscribeAck _ ->
                throw new IllegalArgumentException("only servers send " + packet);
        };
    }

    /**
     * Reads one packet, waiting for it.
     *
     * @throws java.io.EOFException when the other side has closed
     * @throws ProtocolException when what comes is not a packet that a server sends
     */
    public static MqttPacket read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        int first = in.readUnsignedByte();
        byte[] body = new byte[readLength(in)];
        in.readFully(body);
        ByteBuffer buffer = ByteBuffer.wrap(body);
        try {
            return decode(first >> 4, first & 0x0F, buffer);
        } catch (BufferUnderflowException e) {
            throw malformed("a packet of type " + (first >> 4) + " ends too early");
        }
    }

    private static MqttPacket decode(int type, int flags, ByteBuffer body) throws ProtocolException {
        return switch (type) {
            case CONNECT_ACK -> new MqttPacket.ConnectAck((body.get() & 1) == 1, Byte.toUnsignedInt(body.get()));
            case PUBLISH -> publish(flags, body);
            case PUBLISH_ACK -> new MqttPacket.PublishAck(Short.toUnsignedInt(body.getShort()));
            case SUBSCRIBE_ACK -> subscribeAck(body);
            default -> throw malformed("a server does not send packets of type " + type);
        };
    }

    private static MqttPacket publish(int flags, ByteBuffer body) throws ProtocolException {
        int qos = (flags >> 1) & 3;
        if (qos > 1) {
            throw malformed("a message of quality of service " + qos);
        }
        byte[] topic = new byte[Short.toUnsignedInt(body.getShort())];
        body.get(topic);
        int packetId = qos == 0 ? 0 : Short.toUnsignedInt(body.getShort());
        byte[] payload = new byte[body.remaining()];
        body.get(payload);
        return new MqttPacket.Publish(new String(topic, StandardCharsets.UTF_8), packetId, qos, payload);
    }

    private static MqttPacket subscribeAck(ByteBuffer body) {
        int packetId = Short.toUnsignedInt(body.getShort());
        List<Integer> returnCodes = new ArrayList<>();
        while (body.hasRemaining()) {
            returnCodes.add(Byte.toUnsignedInt(body.get()));
        }
        return new MqttPacket.SubscribeAck(packetId, List.copyOf(returnCodes));
    }

    private static byte[] connectBody(MqttPacket.Connect connect) throws IOException {
        String password = connect.password();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        writeText(out, "MQTT");
        out.writeByte(PROTOCOL_LEVEL);
        out.writeByte(CLEAN_SESSION | HAS_USER_NAME | (password == null ? 0 : HAS_PASSWORD));
        out.writeShort(connect.keepAlive());
        writeText(out, connect.clientId());
        writeText(out, connect.userName());
        if (password != null) {
            writeText(out, password);
        }
        return bytes.toByteArray();
    }

    private static byte[] publishBody(MqttPacket.Publish publish) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        writeText(out, publish.topic());
        if (publish.qos() > 0) {
            out.writeShort(publish.packetId());
        }
        out.write(publish.payload());
        return bytes.toByteArray();
    }

    private static byte[] subscribeBody(MqttPacket.Subscribe subscribe) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(subscribe.packetId());
        for (String filter : subscribe.filters()) {
            writeText(out, filter);
            out.writeByte(1);
        }
        return bytes.toByteArray();
    }

    private static byte[] twoBytes(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private static byte[] frame(int type, int flags, byte[] body) throws IOException {
        if (body.length > MAX_PACKET_BYTES) {
            throw new ProtocolException("a packet of " + body.length + " bytes is more than any hub accepts");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + 5);
        out.write((type << 4) | flags);
        int rest = body.length;
        do {
            out.write(rest > 127 ? (rest & 127) | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        out.write(body);
        return out.toByteArray();
    }

    /** Section 2.2.3: seven bits a byte, lowest first, four bytes at most. */
    private static int readLength(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int part = in.readUnsignedByte();
            length |= (part & 127) << shift;
            if (part < 128) {
                if (length > MAX_PACKET_BYTES) {
                    throw malformed("a packet of " + length + " bytes");
                }
                return length;
            }
        }
        throw malformed("a remaining length of more than four bytes");
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new ProtocolException("a text of " + bytes.length + " bytes does not fit into an MQTT packet");
        }
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static ProtocolException malformed(String what) {
        return new ProtocolException("The server sent what MQTT 3.1.1 does not allow: " + what + ".");
    }
}
