package dev.muster.conformance.peer;

import java.io.IOException;
import java.io.InputStream;

/** The bytes between a raw client and the server: TLS alone, or WebSocket frames in it. For one thread. */
public interface Wire extends AutoCloseable {
    InputStream in();

    void send(byte[] bytes) throws IOException;

    /** Whether the server hung up, having said nothing more. */
    boolean isClosedByServer();

    @Override
    void close() throws IOException;
}
