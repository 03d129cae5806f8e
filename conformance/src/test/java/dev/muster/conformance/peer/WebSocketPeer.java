package dev.muster.conformance.peer;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket client that says exactly the handshake and the frames it is told to. For one thread.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455</a>
 */
public final class WebSocketPeer implements Wire {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** The key of RFC 6455 section 1.3, whose answer is known. */
    public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    public static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final TlsPeer peer;
    private final InputStream payloads = new Payloads();

    WebSocketPeer(TlsPeer peer) {
        this.peer = peer;
    }

    public record Frame(boolean last, int opcode, byte[] payload) {
        /** Of a close frame. */
        public int status() {
            return ByteBuffer.wrap(payload).getShort();
        }
    }

    public static WebSocketPeer connect(TestServer server, Device device) throws IOException {
        return new WebSocketPeer(TlsPeer.connect(server.trust().context(device), TestServer.HTTPS));
    }

    /** Opened as most SDKs do. */
    public static WebSocketPeer open(TestServer server, Device device, String subProtocol) throws IOException {
        WebSocketPeer peer = connect(server, device);
        String head = peer.shake(handshake("/$iothub/websocket", subProtocol));
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(head);
        }
        return peer;
    }

    public static String handshake(String target, String subProtocol) {
        return "GET " + target + " HTTP/1.1\r\n"
                + "Host: " + TestServer.HOST + ":443\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + KEY + "\r\n"
                + "Sec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: " + subProtocol + "\r\n\r\n";
    }

    /** Sends the handshake; the answer's head, up to the empty line. */
    public String shake(String request) throws IOException {
        peer.send(request.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = peer.in().read();
            if (next < 0) {
                throw new EOFException("hung up in the handshake: " + read);
            }
            read.write(next);
        }
        return read.toString(StandardCharsets.US_ASCII);
    }

    public void send(int opcode, boolean last, byte[] payload) throws IOException {
        peer.send(frame(opcode, last, payload));
    }

    public void sendRaw(byte[] bytes) throws IOException {
        peer.send(bytes);
    }

    /** Masked, as a client must. */
    public static byte[] frame(int opcode, boolean last, byte[] payload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(opcode | (last ? 0x80 : 0));
            if (payload.length < 126) {
                out.writeByte(0x80 | payload.length);
            } else if (payload.length < 0x10000) {
                out.writeByte(0x80 | 126);
                out.writeShort(payload.length);
            } else {
                out.writeByte(0x80 | 127);
                out.writeLong(payload.length);
            }
            out.write(MASK);
            for (int index = 0; index < payload.length; index++) {
                out.writeByte(payload[index] ^ MASK[index % MASK.length]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The next frame, which a server never masks. */
    Frame next() throws IOException {
        DataInputStream in = new DataInputStream(peer.in());
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if (second >= 0x80) {
            throw new AssertionError("a masked frame from a server");
        }
        int length = switch (second) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> second;
        };
        return new Frame(first >= 0x80, first & 0x0F, in.readNBytes(length));
    }

    public Frame expect(int opcode) throws IOException {
        Frame frame = next();
        if (frame.opcode() != opcode) {
            throw new AssertionError("opcode " + frame.opcode() + " instead of " + opcode);
        }
        return frame;
    }

    @Override
    public InputStream in() {
        return payloads;
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        send(BINARY, true, bytes);
    }

    @Override
    public boolean isClosedByServer() {
        return peer.isClosedByServer();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }

    /** What is in the binary frames, one after the other; a close frame is their end. */
    private final class Payloads extends InputStream {
        private byte[] current = new byte[0];
        private int position;

        @Override
        public int read() throws IOException {
            return fill() ? current[position++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, current.length - position);
            System.arraycopy(current, position, bytes, offset, count);
            position += count;
            return count;
        }

        private boolean fill() throws IOException {
            while (position == current.length) {
                Frame frame = next();
                if (frame.opcode() == CLOSE) {
                    return false;
                }
                if (frame.opcode() != BINARY) {
                    throw new AssertionError("opcode " + frame.opcode() + " in the stream");
                }
                current = frame.payload();
                position = 0;
            }
            return true;
        }
    }
}
