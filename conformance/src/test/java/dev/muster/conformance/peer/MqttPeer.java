package dev.muster.conformance.peer;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lockstep MQTT 3.1.1 client: sends what it is told and hands out every packet that comes. For one thread.
 *
 * @see <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html">MQTT 3.1.1</a>
 */
public final class MqttPeer implements AutoCloseable {
    public static final int CONNACK = 2;
    public static final int PUBLISH = 3;
    public static final int PUBACK = 4;
    public static final int SUBACK = 9;
    public static final int PINGRESP = 13;

    public static final String RESULTS = "$dps/registrations/res/#";
    public static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
    public static final String POLL = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=";

    private static final JsonMapper JSON = new JsonMapper();

    private final Wire peer;

    public MqttPeer(Wire peer) {
        this.peer = peer;
    }

    public static MqttPeer connect(TestServer server, Device device) throws IOException {
        return new MqttPeer(TlsPeer.connect(server.trust().context(device), TestServer.MQTT));
    }

    /** A control packet as it came; the body is what follows the remaining length. */
    public record Packet(int type, int flags, byte[] body) {
        public int quality() {
            return flags >> 1 & 3;
        }

        /** Of a PUBLISH. */
        public String topic() {
            return new String(body, 2, topicLength(), StandardCharsets.UTF_8);
        }

        /** Of a PUBLISH of quality 1, a PUBACK or a SUBACK. */
        public int packetId() {
            return ByteBuffer.wrap(body).getShort(type == PUBLISH ? 2 + topicLength() : 0);
        }

        /** Of a PUBLISH. */
        public byte[] payload() {
            return Arrays.copyOfRange(body, 2 + topicLength() + (quality() > 0 ? 2 : 0), body.length);
        }

        public JsonNode json() {
            return JSON.readTree(payload());
        }

        private int topicLength() {
            return ByteBuffer.wrap(body).getShort(0);
        }
    }

    /** What a client says of itself in CONNECT. */
    public record Connect(
            String clientId, String userName, @Nullable String password, boolean cleanSession, int keepAlive) {
        public byte[] packet() {
            return packet(4);
        }

        /** @param level 3 for MQTT 3.1, 4 for 3.1.1, 5 for 5.0 */
        public byte[] packet(int level) {
            return MqttPeer.packet(0x10, out -> {
                out.writeUTF(level == 3 ? "MQIsdp" : "MQTT");
                out.writeByte(level);
                out.writeByte(0x80 | (password == null ? 0 : 0x40) | (cleanSession ? 2 : 0));
                out.writeShort(keepAlive);
                if (level == 5) {
                    out.writeByte(0);
                }
                out.writeUTF(clientId);
                out.writeUTF(userName);
                if (password != null) {
                    out.writeUTF(password);
                }
            });
        }
    }

    public static byte[] subscribe(int packetId, int quality, String... filters) {
        return packet(0x82, out -> {
            out.writeShort(packetId);
            for (String filter : filters) {
                out.writeUTF(filter);
                out.writeByte(quality);
            }
        });
    }

    public static byte[] publish(int quality, int packetId, String topic, String payload) {
        return packet(0x30 | quality << 1, out -> {
            out.writeUTF(topic);
            if (quality > 0) {
                out.writeShort(packetId);
            }
            out.write(payload.getBytes(StandardCharsets.UTF_8));
        });
    }

    public static byte[] puback(int packetId) {
        return packet(0x40, out -> out.writeShort(packetId));
    }

    public static byte[] ping() {
        return packet(0xC0, _ -> {});
    }

    public void send(byte[] packet) throws IOException {
        peer.send(packet);
    }

    /** The next packet; empty once the server has hung up. */
    public Optional<Packet> next() throws IOException {
        DataInputStream in = new DataInputStream(peer.in());
        int first;
        try {
            first = in.readUnsignedByte();
        } catch (EOFException | SocketException _) {
            return Optional.empty();
        }
        int length = 0;
        int digit;
        int shift = 0;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7F) << shift;
            shift += 7;
        } while (digit >= 0x80);
        return Optional.of(new Packet(first >> 4, first & 0x0F, in.readNBytes(length)));
    }

    /** The next packet, which must be of this type. */
    public Packet expect(int type) throws IOException {
        Packet packet = next().orElseThrow(() -> new AssertionError("hung up instead of packet type " + type));
        if (packet.type() != type) {
            throw new AssertionError("packet type " + packet.type() + " instead of " + type);
        }
        return packet;
    }

    /** Whether the server hung up, having said nothing more. */
    public boolean isClosedByServer() {
        return peer.isClosedByServer();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }

    /** Writes the fields that follow the fixed header. */
    @FunctionalInterface
    interface Fields {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] packet(int header, Fields fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        try {
            fields.write(new DataOutputStream(body));
            packet.write(header);
            int left = body.size();
            do {
                packet.write(left % 128 | (left >= 128 ? 0x80 : 0));
                left /= 128;
            } while (left > 0);
            body.writeTo(packet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packet.toByteArray();
    }
}
