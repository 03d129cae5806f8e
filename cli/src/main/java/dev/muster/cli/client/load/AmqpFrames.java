package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * As much of AMQP 1.0 as a registration takes, in bytes that come in pieces. Stateless.
 *
 * @see <a href="https://docs.oasis-open.org/amqp/core/v1.0/os/amqp-core-transport-v1.0-os.html">AMQP 1.0 part 2</a>
 */
final class AmqpFrames {
    static final int OPEN = 0x10;
    static final int BEGIN = 0x11;
    static final int ATTACH = 0x12;
    static final int FLOW = 0x13;
    static final int TRANSFER = 0x14;
    static final int DISPOSITION = 0x15;
    static final int DETACH = 0x16;
    static final int CLOSE = 0x18;
    static final int SOURCE = 0x28;
    static final int TARGET = 0x29;
    static final int APPLICATION_PROPERTIES = 0x74;
    static final int DATA = 0x75;
    static final byte[] NULL = {0x40};
    static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};

    private static final int FRAME_HEADER_BYTES = 8;
    private static final int MAX_FRAME_BYTES = 1024 * 1024;

    private AmqpFrames() {}

    /** @param content from the performative on */
    record Frame(int performative, byte[] content) {
        /** What is in the Data section of a transferred message. */
        byte[] data() {
            for (int index = 0; index + 4 < content.length; index++) {
                if (content[index] == 0 && content[index + 1] == 0x53 && content[index + 2] == DATA) {
                    ByteBuffer rest = ByteBuffer.wrap(content, index + 3, content.length - index - 3);
                    byte[] data = new byte[rest.get() == (byte) 0xA0 ? rest.get() & 0xFF : rest.getInt()];
                    rest.get(data);
                    return data;
                }
            }
            throw new LoadException("an AMQP message without data");
        }

        String text() {
            return new String(content, StandardCharsets.ISO_8859_1);
        }
    }

    /** Empty until a whole frame has been received; protocol headers and heartbeats are passed over. */
    static Optional<Frame> take(ByteBuf received) {
        while (received.readableBytes() >= FRAME_HEADER_BYTES) {
            if (received.getByte(received.readerIndex()) == HEADER[0]) {
                received.skipBytes(HEADER.length);
                continue;
            }
            int size = received.getInt(received.readerIndex());
            if (size < FRAME_HEADER_BYTES || size > MAX_FRAME_BYTES) {
                throw new LoadException("an AMQP frame of " + size + " bytes");
            }
            if (received.readableBytes() < size) {
                return Optional.empty();
            }
            received.skipBytes(FRAME_HEADER_BYTES);
            byte[] content = new byte[size - FRAME_HEADER_BYTES];
            received.readBytes(content);
            // 00 53 and then the code (AMQP 1.0 section 1.2).
            if (content.length > 2) {
                return Optional.of(new Frame(content[2], content));
            }
        }
        return Optional.empty();
    }

    /** @param message the sections of a transferred message */
    static byte[] frame(byte[] performative, byte[]... message) {
        byte[] content = concat(performative, concat(message));
        return ByteBuffer.allocate(FRAME_HEADER_BYTES + content.length)
                .putInt(FRAME_HEADER_BYTES + content.length)
                .put(new byte[] {2, 0, 0, 0})
                .put(content)
                .array();
    }

    static byte[] list(int code, byte[]... fields) {
        return described(code, compound(0xD0, fields));
    }

    static byte[] map(int code, byte[]... keysAndValues) {
        return described(code, compound(0xD1, keysAndValues));
    }

    static byte[] described(int code, byte[] value) {
        return concat(new byte[] {0, 0x53, (byte) code}, value);
    }

    static byte[] text(String text) {
        return variable(0xB1, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] binary(byte[] bytes) {
        return variable(0xB0, bytes);
    }

    static byte[] unsigned(int number) {
        return ByteBuffer.allocate(5).put((byte) 0x70).putInt(number).array();
    }

    static byte[] bool(boolean flag) {
        return new byte[] {(byte) (flag ? 0x41 : 0x42)};
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] variable(int constructor, byte[] bytes) {
        return ByteBuffer.allocate(5 + bytes.length)
                .put((byte) constructor)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] compound(int constructor, byte[]... items) {
        byte[] content = concat(items);
        return ByteBuffer.allocate(9 + content.length)
                .put((byte) constructor)
                .putInt(4 + content.length)
                .putInt(items.length)
                .put(content)
                .array();
    }
}
