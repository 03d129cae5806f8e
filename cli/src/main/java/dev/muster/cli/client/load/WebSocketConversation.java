package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Another conversation, inside of WebSocket frames (RFC 6455). Used by one thread. */
final class WebSocketConversation implements Conversation {
    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int CLOSE_OPCODE = 8;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final Conversation inner;
    private final String subProtocol;
    private final ByteBuf stream = Unpooled.buffer();
    private boolean opened;

    /** @param subProtocol by which the server knows what the other conversation speaks */
    WebSocketConversation(Conversation inner, String subProtocol) {
        this.inner = inner;
        this.subProtocol = subProtocol;
    }

    @Override
    public byte[] open() {
        return String.join(
                        "\r\n",
                        "GET /$iothub/websocket HTTP/1.1",
                        "Host: localhost",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Protocol: " + subProtocol,
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Step receive(ByteBuf received) {
        if (!opened) {
            return shaken(received) ? new Step.Send(frame(BINARY, inner.open())) : new Step.Wait();
        }
        while (takeFrame(received)) {
            // All of it goes to the stream.
        }
        byte[] answer = new byte[0];
        while (stream.isReadable()) {
            switch (inner.receive(stream)) {
                case Step.Wait() -> {
                    return answer.length == 0 ? new Step.Wait() : new Step.Send(answer);
                }
                case Step.Send(byte[] bytes) -> answer = AmqpFrames.concat(answer, frame(BINARY, bytes));
                case Step.Stay() -> {
                    return new Step.Stay();
                }
                case Step.Finish(byte[] farewell, var assignment) -> {
                    return new Step.Finish(
                            AmqpFrames.concat(answer, frame(BINARY, farewell), frame(CLOSE, new byte[] {3, -24})),
                            assignment);
                }
            }
        }
        return answer.length == 0 ? new Step.Wait() : new Step.Send(answer);
    }

    private boolean shaken(ByteBuf received) {
        String head = received.toString(StandardCharsets.US_ASCII);
        int end = head.indexOf(new String(END_OF_HEAD, StandardCharsets.US_ASCII));
        if (end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new LoadException("no WebSocket: " + head);
        }
        received.skipBytes(end + END_OF_HEAD.length);
        opened = true;
        return true;
    }

    /** Whether there was a whole frame. */
    private boolean takeFrame(ByteBuf received) {
        int start = received.readerIndex();
        if (received.readableBytes() < 2) {
            return false;
        }
        int head = 2;
        int length = received.getUnsignedByte(start + 1);
        if (length > TWO_BYTE_LENGTH) {
            throw new LoadException("a WebSocket frame that is masked or very long");
        }
        if (length == TWO_BYTE_LENGTH) {
            head = 4;
            if (received.readableBytes() < head) {
                return false;
            }
            length = received.getUnsignedShort(start + 2);
        }
        if (received.readableBytes() < head + length) {
            return false;
        }
        if ((received.getByte(start) & 0x0F) == CLOSE_OPCODE) {
            throw new LoadException("the server closed the WebSocket");
        }
        received.skipBytes(head);
        stream.discardReadBytes().writeBytes(received, length);
        return true;
    }

    /** With a mask of zeros, which leaves the payload as it is. */
    private static byte[] frame(int opcode, byte[] payload) {
        boolean small = payload.length < TWO_BYTE_LENGTH;
        ByteBuffer frame = ByteBuffer.allocate((small ? 6 : 8) + payload.length).put((byte) opcode);
        if (small) {
            frame.put((byte) (MASKED | payload.length));
        } else {
            frame.put((byte) (MASKED | TWO_BYTE_LENGTH)).putShort((short) payload.length);
        }
        return frame.putInt(0).put(payload).array();
    }
}
