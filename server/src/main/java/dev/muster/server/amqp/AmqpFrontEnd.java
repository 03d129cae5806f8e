package dev.muster.server.amqp;

import dev.muster.server.config.Config;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.tls.ServerTls;
import dev.muster.server.tls.TlsListener;
import io.netty.channel.ChannelPipeline;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * AMQP 1.0 over TLS for the provisioning service. Event loops do TLS and the protocol engine; use cases are run on
 * virtual threads. Thread-safe.
 */
public final class AmqpFrontEnd implements AutoCloseable {
    private final TlsListener listener;
    private final Shared shared;

    private AmqpFrontEnd(TlsListener listener, Shared shared) {
        this.listener = listener;
        this.shared = shared;
    }

    /**
     * How long a stranger may take.
     *
     * @param handshake for TLS
     * @param open for everything up to OPEN, TLS included
     * @param tpm the same once the client has begun to prove that it has a TPM: the Java SDK sleeps in between
     */
    record Limits(Duration handshake, Duration open, Duration tpm) {
        static Limits defaults() {
            return new Limits(Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(90));
        }
    }

    /** What all connections share. */
    record Shared(ProvisioningSession.Services services, ExecutorService workers, Timer timer, Limits limits) {}

    /**
     * Listens on the AMQP port of the address.
     *
     * @throws IllegalStateException when it cannot
     */
    public static AmqpFrontEnd start(Config.Listen listen, ServerTls tls, ProvisioningSession.Services services) {
        return start(listen, tls, services, Limits.defaults());
    }

    static AmqpFrontEnd start(
            Config.Listen listen, ServerTls tls, ProvisioningSession.Services services, Limits limits) {
        Shared shared = new Shared(
                services,
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("amqp-", 0).factory()),
                new HashedWheelTimer(new DefaultThreadFactory("amqp-timer", true), 100, TimeUnit.MILLISECONDS),
                limits);
        try {
            TlsListener listener = TlsListener.start(
                    new TlsListener.Endpoint("amqp", listen.address(), listen.amqp()),
                    tls,
                    limits.handshake(),
                    pipeline -> addAmqp(pipeline, "AMQPS", shared));
            return new AmqpFrontEnd(listener, shared);
        } catch (IllegalStateException e) {
            stop(shared);
            throw e;
        }
    }

    private static void addAmqp(ChannelPipeline pipeline, String transport, Shared shared) {
        pipeline.addLast(new AmqpConnection(pipeline.channel(), transport, shared));
    }

    /** Serves a client of another listener, whose pipeline has TLS in it and carries AMQP's bytes from here on. */
    public void serveWebSocket(ChannelPipeline pipeline) {
        addAmqp(pipeline, "AMQPS_WS", shared);
    }

    /** The port that it listens on. */
    public int port() {
        return listener.port();
    }

    /** Ends every connection and waits for what they were about. */
    @Override
    public void close() {
        listener.close();
        stop(shared);
    }

    private static void stop(Shared shared) {
        shared.timer().stop();
        shared.workers().close();
    }
}
