package dev.muster.conformance.peer;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.AmqpType.Described;
import dev.muster.conformance.peer.AmqpType.Symbol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lockstep AMQP 1.0 client: sends the frames that it is told and hands out every frame that comes. For one thread.
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html">AMQP 1.0 part 2</a>
 */
public final class AmqpPeer implements AutoCloseable {
    public static final int OPEN = 0x10;
    public static final int BEGIN = 0x11;
    public static final int ATTACH = 0x12;
    public static final int FLOW = 0x13;
    public static final int TRANSFER = 0x14;
    public static final int DISPOSITION = 0x15;
    public static final int DETACH = 0x16;
    public static final int END = 0x17;
    public static final int CLOSE = 0x18;
    static final int ACCEPTED = 0x24;
    public static final int REJECTED = 0x25;
    public static final int MECHANISMS = 0x40;
    public static final int CHALLENGE = 0x42;
    public static final int OUTCOME = 0x44;

    private static final JsonMapper JSON = new JsonMapper();

    private final Wire wire;

    public AmqpPeer(Wire wire) {
        this.wire = wire;
    }

    /** How a connection begins, and again after SASL. */
    public static byte[] amqpHeader() {
        return new byte[] {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    }

    public static byte[] saslHeader() {
        return new byte[] {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
    }

    public static AmqpPeer connect(TestServer server, Device device) throws IOException {
        return new AmqpPeer(TlsPeer.connect(server.trust().context(device), TestServer.AMQP));
    }

    /** @param body null in an empty frame */
    public record Frame(int type, int channel, @Nullable Described body, byte[] payload) {
        public int code() {
            return body == null ? -1 : (int) body.code();
        }

        @Nullable
        public Object field(int index) {
            return body == null ? null : body.field(index);
        }

        /** A field that must be there, and of a described type. */
        public Described described(int index) {
            return (Described) Objects.requireNonNull(field(index));
        }

        /** The sections of a transferred message by their codes. */
        public Map<Long, @Nullable Object> sections() throws IOException {
            Map<Long, @Nullable Object> sections = new LinkedHashMap<>();
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
            while (in.available() > 0) {
                Described section = (Described) AmqpType.read(in);
                if (section == null || sections.put(section.code(), section.value()) != null) {
                    throw new AssertionError("a section twice");
                }
            }
            return sections;
        }

        /** The one Data section. */
        public JsonNode json() throws IOException {
            return JSON.readTree((byte[]) sections().get(0x75L));
        }
    }

    public static byte[] frame(int type, int channel, Described body, byte[]... payload) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(AmqpType.encode(body));
        for (byte[] part : payload) {
            content.writeBytes(part);
        }
        return ByteBuffer.allocate(8 + content.size())
                .putInt(8 + content.size())
                .put((byte) 2)
                .put((byte) type)
                .putShort((short) channel)
                .put(content.toByteArray())
                .array();
    }

    public static byte[] open(@Nullable Integer idleTimeout) {
        return frame(0, 0, Described.list(OPEN, "peer", TestServer.HOST, null, null, idleTimeout));
    }

    public static byte[] begin(int channel) {
        return frame(0, channel, Described.list(BEGIN, null, 0, 1000, 1000));
    }

    /** The client's end that sends: a target, and a source where the client gives one. */
    public static byte[] attachSender(int handle, String address, @Nullable Described source) {
        return frame(
                0,
                0,
                Described.list(
                        ATTACH,
                        "sender_link" + handle,
                        handle,
                        false,
                        null,
                        null,
                        source,
                        Described.list(0x29, address),
                        null,
                        null,
                        0));
    }

    /** The same without a source, as the Java SDK does, with the link's properties. */
    public static byte[] attachSenderWith(int handle, String address, Map<Symbol, String> properties) {
        return frame(
                0,
                0,
                Described.list(
                        ATTACH,
                        "sender_link" + handle,
                        handle,
                        false,
                        null,
                        null,
                        null,
                        Described.list(0x29, address),
                        null,
                        null,
                        0,
                        null,
                        null,
                        null,
                        properties));
    }

    public static byte[] attachReceiver(int handle, String address) {
        return frame(
                0,
                0,
                Described.list(
                        ATTACH, "receiver_link" + handle, handle, true, null, null, Described.list(0x28, address)));
    }

    public static byte[] credit(int handle, int credit) {
        return frame(0, 0, Described.list(FLOW, 0, 1000, 0, 1000, handle, 0, credit));
    }

    public static byte[] transfer(int handle, int deliveryId, byte[]... sections) {
        return frame(
                0, 0, Described.list(TRANSFER, handle, deliveryId, new byte[] {(byte) deliveryId}, 0, false), sections);
    }

    public static byte[] correlation(Object id) {
        return AmqpType.encode(Described.list(0x73, null, null, null, null, null, id));
    }

    public static byte[] register() {
        return properties(Map.of("iotdps-operation-type", "iotdps-register", "iotdps-forceRegistration", false));
    }

    public static byte[] poll(String operationId) {
        return properties(
                Map.of("iotdps-operation-type", "iotdps-get-operationstatus", "iotdps-operation-id", operationId));
    }

    public static byte[] properties(Map<String, ?> properties) {
        return AmqpType.encode(new Described(0x74, properties));
    }

    public static byte[] data(byte[] content) {
        return AmqpType.encode(new Described(0x75, content));
    }

    public static byte[] value(@Nullable Object content) {
        return AmqpType.encode(new Described(0x77, content));
    }

    public static byte[] saslInit(String mechanism, byte[] response) {
        return frame(1, 0, Described.list(0x41, new Symbol(mechanism), response));
    }

    public static byte[] saslResponse(byte[] response) {
        return frame(1, 0, Described.list(0x43, response));
    }

    public void send(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        wire.send(all.toByteArray());
    }

    public void expectHeader(byte[] header) throws IOException {
        byte[] read = wire.in().readNBytes(header.length);
        if (!Arrays.equals(read, header)) {
            throw new AssertionError("header " + Arrays.toString(read));
        }
    }

    /** The next frame; empty once the server has hung up. */
    public Optional<Frame> next() throws IOException {
        DataInputStream in = new DataInputStream(wire.in());
        int size;
        try {
            size = in.readInt();
        } catch (EOFException | SocketException _) {
            return Optional.empty();
        }
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int channel = in.readUnsignedShort();
        byte[] content = in.readNBytes(size - 8);
        if (content.length == 0) {
            return Optional.of(new Frame(type, channel, null, content));
        }
        DataInputStream body = new DataInputStream(new ByteArrayInputStream(content));
        Described performative = (Described) AmqpType.read(body);
        return Optional.of(new Frame(type, channel, performative, body.readAllBytes()));
    }

    /** The next frame of this code; those of the other codes that may come in between are thrown away. */
    public Frame expect(int code, Integer... between) throws IOException {
        while (true) {
            Frame frame =
                    next().orElseThrow(() -> new AssertionError("hung up instead of 0x" + Integer.toHexString(code)));
            if (frame.code() == code) {
                return frame;
            }
            if (!Arrays.asList(between).contains(frame.code())) {
                throw new AssertionError(frame.body() + " instead of 0x" + Integer.toHexString(code));
            }
        }
    }

    public boolean isClosedByServer() {
        return wire.isClosedByServer();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
