package dev.muster.cli.client.load;

import dev.muster.cli.client.RefusedByServer;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** An HTTP/1.1 response with a Content-Length (RFC 9112), which is all that this client takes. */
record HttpAnswer(int status, byte[] body) {
    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final String LENGTH = "\r\ncontent-length:";

    /** Empty until the whole response has been received. */
    static Optional<HttpAnswer> take(ByteBuf received) {
        int head = headLength(received);
        if (head < 0) {
            if (received.readableBytes() > MAX_HEAD_BYTES) {
                throw new LoadException("an HTTP response with endless headers");
            }
            return Optional.empty();
        }
        String text = received.toString(received.readerIndex(), head, StandardCharsets.ISO_8859_1);
        int length = contentLength(text);
        if (received.readableBytes() < head + length) {
            return Optional.empty();
        }
        received.skipBytes(head);
        byte[] body = new byte[length];
        received.readBytes(body);
        return Optional.of(new HttpAnswer(status(text), body));
    }

    /** @throws LoadException unless the status is this one */
    HttpAnswer require(int expected) {
        if (status != expected) {
            throw new LoadException(
                    "HTTP " + status + " instead of " + expected + ": " + new String(body, StandardCharsets.UTF_8),
                    RefusedByServer.answer(status, body));
        }
        return this;
    }

    private static int headLength(ByteBuf received) {
        int end = received.writerIndex() - 3;
        for (int index = received.readerIndex(); index < end; index++) {
            if (received.getInt(index) == 0x0D0A0D0A) {
                return index + 4 - received.readerIndex();
            }
        }
        return -1;
    }

    private static int status(String head) {
        try {
            return Integer.parseInt(head, "HTTP/1.1 ".length(), "HTTP/1.1 200".length(), 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new LoadException("no HTTP/1.1 response: " + head, e);
        }
    }

    private static int contentLength(String head) {
        int start = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (start < 0) {
            throw new LoadException("an HTTP response without Content-Length: " + head);
        }
        int from = start + LENGTH.length();
        try {
            int length = Integer.parseInt(
                    head.substring(from, head.indexOf("\r\n", from)).strip());
            if (length < 0 || length > MAX_BODY_BYTES) {
                throw new LoadException("an HTTP response of " + length + " bytes");
            }
            return length;
        } catch (NumberFormatException e) {
            throw new LoadException("an HTTP response with a malformed Content-Length: " + head, e);
        }
    }
}
