package dev.muster.server.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 packets written by hand, so that a mistake of the server's codec does not cancel itself out. */
final class Packets {
    static final byte[] CONNECTED = bytes(0x20, 2, 0, 0);
    static final byte[] PING = bytes(0xC0, 0);
    static final byte[] PONG = bytes(0xD0, 0);
    static final byte[] DISCONNECT = bytes(0xE0, 0);

    private Packets() {}

    static byte[] refused(int code) {
        return bytes(0x20, 2, 0, code);
    }

    static byte[] connect(String clientId, String userName) {
        return connect("MQTT", 4, 0x82, 60, string(clientId), string(userName));
    }

    /** @param flags of the CONNECT's header, which say what the payload's fields are */
    static byte[] connect(String protocol, int level, int flags, int keepAlive, byte[]... payload) {
        return packet(0x10, string(protocol), bytes(level, flags, keepAlive >> 8, keepAlive), joined(payload));
    }

    static byte[] subscribe(int packetId, int qualityOfService, String... filters) {
        byte[] body = id(packetId);
        for (String filter : filters) {
            body = joined(body, string(filter), bytes(qualityOfService));
        }
        return packet(0x82, body);
    }

    static byte[] subscribed(int packetId, int... codes) {
        return packet(0x90, id(packetId), bytes(codes));
    }

    static byte[] unsubscribe(int packetId, String filter) {
        return packet(0xA2, id(packetId), string(filter));
    }

    static byte[] unsubscribed(int packetId) {
        return packet(0xB0, id(packetId));
    }

    static byte[] publish(String topic, String payload) {
        return packet(0x30, string(topic), payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] publish(int packetId, String topic, String payload) {
        return packet(0x32, string(topic), id(packetId), payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] acknowledged(int packetId) {
        return packet(0x40, id(packetId));
    }

    static byte[] packet(int first, byte[]... parts) {
        byte[] body = joined(parts);
        ByteArrayOutputStream length = new ByteArrayOutputStream();
        int left = body.length;
        do {
            length.write(left > 0x7F ? (left & 0x7F) | 0x80 : left);
            left >>= 7;
        } while (left > 0);
        return joined(bytes(first), length.toByteArray(), body);
    }

    static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return joined(id(utf8.length), utf8);
    }

    static byte[] id(int number) {
        return bytes(number >> 8, number);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
