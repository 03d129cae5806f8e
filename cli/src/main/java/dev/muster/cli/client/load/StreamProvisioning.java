package dev.muster.cli.client.load;

import dev.muster.cli.client.ClientTls;
import dev.muster.cli.client.Endpoint;
import dev.muster.cli.client.ProvisioningClient;
import dev.muster.cli.client.RefusedByServer;
import dev.muster.cli.client.load.Conversation.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;

/**
 * Registers devices as the load client does, over any transport, but looks at the server's certificate and says what a
 * registration came to. Safe for any number of threads.
 */
public final class StreamProvisioning implements ProvisioningClient {
    private static final int CHUNK_BYTES = 8 * 1024;

    private final Exchange.Transport transport;
    private final Endpoint service;
    private final Path authority;

    /** @param authority PEM file with the CA that the service's certificate must lead to */
    public StreamProvisioning(Exchange.Transport transport, Endpoint service, Path authority) {
        this.transport = transport;
        this.service = service;
        this.authority = authority;
    }

    @Override
    public Assignment register(Device device) throws IOException {
        Conversation conversation =
                Conversation.of(new Exchange.Registration(transport, device.idScope()), device.registrationId());
        try (SSLSocket socket =
                ClientTls.connect(ClientTls.trusting(authority, device.credential()), service.address(), PATIENCE)) {
            return hold(conversation, socket);
        } catch (LoadException e) {
            throw e.getCause() instanceof RefusedByServer refused ? refused : new IOException(e.getMessage(), e);
        }
    }

    private static Assignment hold(Conversation conversation, SSLSocket socket) throws IOException {
        ByteBuf received = Unpooled.buffer();
        socket.getOutputStream().write(conversation.open());
        while (true) {
            switch (conversation.receive(received)) {
                case Step.Wait() -> {
                    if (received.writeBytes(socket.getInputStream(), CHUNK_BYTES) < 0) {
                        throw new EOFException("the server closed the connection");
                    }
                }
                case Step.Send(byte[] bytes) -> socket.getOutputStream().write(bytes);
                case Step.Finish(byte[] farewell, var assignment) -> {
                    socket.getOutputStream().write(farewell);
                    return assignment.orElseThrow();
                }
                case Step.Stay() -> throw new IllegalStateException("a registration comes to an end");
            }
        }
    }
}
