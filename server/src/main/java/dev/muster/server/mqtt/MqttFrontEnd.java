package dev.muster.server.mqtt;

import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.hub.Telemetry;
import dev.muster.server.config.Config;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.tls.ServerTls;
import dev.muster.server.tls.TlsListener;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * MQTT 3.1.1 over TLS for the provisioning service and the hubs, which share one port and are told apart by the user
 * name of a client's CONNECT. Event loops do TLS and framing; all else is done on virtual threads. Thread-safe.
 */
public final class MqttFrontEnd implements AutoCloseable {
    /**
     * A message of the largest size, and its topic, whose properties are percent-encoded and may be longer than they
     * count.
     */
    private static final int MAX_PACKET_BYTES = Devices.MAX_MESSAGE_BYTES + 65 * 1024;

    private final TlsListener listener;
    private final Shared shared;

    private MqttFrontEnd(TlsListener listener, Shared shared) {
        this.listener = listener;
        this.shared = shared;
    }

    /** The use cases behind this front end. */
    public record Services(
            ProvisioningSession.Services provisioning,
            Hubs hubs,
            Telemetry telemetry,
            CredentialTopics.Services credentials,
            InstantSource clock) {}

    /**
     * How long a stranger may take.
     *
     * @param handshake for TLS
     * @param connect for everything up to CONNECT, TLS included
     */
    record Limits(Duration handshake, Duration connect) {
        static Limits defaults() {
            return new Limits(Duration.ofSeconds(10), Duration.ofSeconds(15));
        }
    }

    /** What all connections share. */
    record Shared(Reception reception, ExecutorService workers, Timer timer, Limits limits) {}

    /**
     * Listens on the MQTT port of the address.
     *
     * @throws IllegalStateException when it cannot
     */
    public static MqttFrontEnd start(Config.Listen listen, ServerTls tls, Services services) {
        return start(listen, tls, services, Limits.defaults());
    }

    static MqttFrontEnd start(Config.Listen listen, ServerTls tls, Services services, Limits limits) {
        Shared shared = new Shared(
                new Reception(services),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("mqtt-", 0).factory()),
                new HashedWheelTimer(new DefaultThreadFactory("mqtt-timer", true), 100, TimeUnit.MILLISECONDS),
                limits);
        try {
            TlsListener listener = TlsListener.start(
                    new TlsListener.Endpoint("mqtt", listen.address(), listen.mqtt()),
                    tls,
                    limits.handshake(),
                    pipeline -> addMqtt(pipeline, "MQTT", shared));
            return new MqttFrontEnd(listener, shared);
        } catch (IllegalStateException e) {
            stop(shared);
            throw e;
        }
    }

    private static void addMqtt(ChannelPipeline pipeline, String transport, Shared shared) {
        pipeline.addLast(
                new PacketDecoder(MAX_PACKET_BYTES),
                MqttEncoder.INSTANCE,
                new MqttConnection(pipeline.channel(), transport, shared));
    }

    /** Serves a client of another listener, whose pipeline has TLS in it and carries MQTT's bytes from here on. */
    public void serveWebSocket(ChannelPipeline pipeline) {
        addMqtt(pipeline, "MQTT_WS", shared);
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
