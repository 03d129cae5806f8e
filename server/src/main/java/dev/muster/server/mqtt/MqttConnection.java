package dev.muster.server.mqtt;

import dev.muster.hub.DeviceLink;
import dev.muster.hub.DeviceTwins;
import dev.muster.server.tls.Caller;
import dev.muster.server.wire.LogText;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection. Packets are taken one at a time in the order of arrival, publications that wait together as
 * one batch; what blocks is done on a virtual thread while the rest waits. Everything here happens on the channel's
 * event loop but for {@link #close}, {@link #tell} and {@link #run}, which may be called from anywhere.
 */
// What cannot be written or closed fails with the connection, and channelInactive tells of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class MqttConnection extends SimpleChannelInboundHandler<Packet> implements DeviceLink, TimerTask {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    /** What may wait before we stop to read; a single read may go beyond by what it holds. */
    private static final int MAX_WAITING_PACKETS = 256;

    private static final int MAX_WAITING_BYTES = 512 * 1024;

    /** The longest that a hub waits for a silent client, and how long we wait for one without keep-alive. */
    private static final Duration MAX_SILENCE = Duration.ofSeconds(1767);

    private final Channel channel;
    private final String transport;
    private final MqttFrontEnd.Shared shared;
    private final Queue<Packet> waiting = new ArrayDeque<>(2);
    private @Nullable Topics topics;
    private @Nullable Timeout timeout;
    private long heardAt = System.nanoTime();
    private long maxSilenceNanos;
    private int waitingBytes;
    private int lastPacketId;
    private boolean working;
    private boolean closing;
    private boolean graceful;

    /** @param transport as the record of attempts calls it */
    MqttConnection(Channel channel, String transport, MqttFrontEnd.Shared shared) {
        this.channel = channel;
        this.transport = transport;
        this.shared = shared;
        this.maxSilenceNanos = shared.limits().connect().toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        await(maxSilenceNanos);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Packet packet) {
        if (topics != null) {
            heardAt = System.nanoTime();
        }
        if (!closing) {
            waiting.add(packet);
            waitingBytes += size(packet);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        proceed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        regulate();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel();
        }
        waiting.add(new Packet.Lost());
        proceed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that is gone, or no TLS: everyday noise on an open port.
        LOG.debug("Lost the {}", this, cause);
        channel.close();
    }

    @Override
    public void close(String why) {
        onEventLoop(() -> end(why));
    }

    @Override
    public void tell(DeviceTwins.DesiredChange change) {
        onEventLoop(() -> {
            if (topics != null && !closing) {
                topics.tell(change).ifPresent(this::send);
            }
        });
    }

    /** The timer's: called once a client may have been silent for too long. */
    @Override
    public void run(Timeout expired) {
        onEventLoop(this::checkSilence);
    }

    @Override
    public String toString() {
        return "connection from " + channel.remoteAddress();
    }

    private void proceed() {
        while (!working) {
            Packet packet = waiting.poll();
            if (packet == null) {
                break;
            }
            waitingBytes -= size(packet);
            take(packet);
        }
        regulate();
    }

    private void take(Packet packet) {
        Topics open = topics;
        switch (packet) {
            case Packet.Violation(String rule) -> end(rule);
            case Packet.OtherProtocol() -> refuseProtocol();
            case Packet.Lost() -> lost(open);
            case Packet.Connect connect when open == null -> connect(connect);
            case Packet.Connect _ -> end("a second CONNECT");
            case Packet _ when open == null -> end("a packet before CONNECT");
            case Packet.Publish publish -> publish(open, publish);
            case Packet.Subscribe subscribe -> subscribe(open, subscribe);
            case Packet.Unsubscribe unsubscribe -> unsubscribe(open, unsubscribe);
            case Packet.Ping() -> channel.writeAndFlush(MqttMessage.PINGRESP);
            case Packet.Acknowledgement() -> {}
            case Packet.Disconnect() -> {
                graceful = true;
                end("");
            }
        }
    }

    private void connect(Packet.Connect connect) {
        Caller caller = Caller.of(channel, transport);
        work(() -> shared.reception().admit(connect, caller, this), admission -> {
            switch (admission) {
                case Admission.Admitted(Topics admitted) -> admitted(connect, admitted);
                case Admission.Refused(MqttConnectReturnCode code, String why) -> refuse(code, why);
            }
        });
    }

    private void admitted(Packet.Connect connect, Topics admitted) {
        topics = admitted;
        heardAt = System.nanoTime();
        // MQTT 3.1.1 section 3.1.2.10: one and a half times the keep-alive.
        maxSilenceNanos = connect.keepAliveSeconds() == 0
                ? MAX_SILENCE.toNanos()
                : Math.min(
                        MAX_SILENCE.toNanos(),
                        Duration.ofMillis(connect.keepAliveSeconds() * 1500L).toNanos());
        checkSilence();
        acknowledgeConnect(MqttConnectReturnCode.CONNECTION_ACCEPTED);
    }

    private void refuse(MqttConnectReturnCode code, String why) {
        acknowledgeConnect(code);
        end("refused with return code " + code.byteValue() + ": " + why);
    }

    /** Never claims a session, since the C# SDK and the provisioning service know none. */
    private void acknowledgeConnect(MqttConnectReturnCode code) {
        channel.writeAndFlush(MqttMessageBuilders.connAck().returnCode(code).build());
    }

    /** In the form of MQTT 3.1.1 whatever the client speaks (section 3.1.2.2). */
    private void refuseProtocol() {
        byte[] unacceptableProtocolVersion = {0x20, 2, 0, 1};
        channel.writeAndFlush(Unpooled.wrappedBuffer(unacceptableProtocolVersion));
        end("the protocol is not MQTT 3.1.1");
    }

    private void subscribe(Topics open, Packet.Subscribe subscribe) {
        var answer = MqttMessageBuilders.subAck().packetId(subscribe.packetId());
        subscribe.subscriptions().stream()
                .map(open::subscribe)
                .map(MqttQoS::valueOf)
                .forEach(answer::addGrantedQos);
        channel.writeAndFlush(answer.build());
        sendOwed(open);
    }

    private void sendOwed(Topics open) {
        if (!closing && open.isOwing()) {
            work(open::owed, owed -> {
                owed.forEach(this::write);
                channel.flush();
            });
        }
    }

    private void unsubscribe(Topics open, Packet.Unsubscribe unsubscribe) {
        unsubscribe.filters().forEach(open::unsubscribe);
        channel.writeAndFlush(
                MqttMessageBuilders.unsubAck().packetId(unsubscribe.packetId()).build());
    }

    private void publish(Topics open, Packet.Publish first) {
        List<Packet.Publish> batch = new ArrayList<>();
        batch.add(first);
        while (waiting.peek() instanceof Packet.Publish next) {
            waiting.remove();
            waitingBytes -= size(next);
            batch.add(next);
        }
        work(() -> open.publish(batch), outcome -> {
            outcome.replies().forEach(this::write);
            channel.flush();
            outcome.violation().ifPresent(this::end);
            sendOwed(open);
        });
    }

    /** A client that does not read what it is sent is to come back and read its twin. */
    private void send(Reply reply) {
        if (channel.isWritable()) {
            write(reply);
            channel.flush();
        } else {
            end("it does not read what it subscribed to");
        }
    }

    private void write(Reply reply) {
        switch (reply) {
            case Reply.Acknowledgement(int packetId) ->
                channel.write(MqttMessageBuilders.pubAck().packetId(packetId).build());
            case Reply.Message(String topic, byte[] payload, int qualityOfService) ->
                channel.write(MqttMessageBuilders.publish()
                        .topicName(topic)
                        .payload(Unpooled.wrappedBuffer(payload))
                        .qos(MqttQoS.valueOf(qualityOfService))
                        .messageId(nextPacketId())
                        .build());
        }
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId == 0xFFFF ? 1 : lastPacketId + 1;
        return lastPacketId;
    }

    /** Closes the connection; {@link #channelInactive} does the rest. */
    private void end(String why) {
        if (closing) {
            return;
        }
        closing = true;
        waiting.removeIf(packet -> !(packet instanceof Packet.Lost));
        waitingBytes = 0;
        if (!why.isEmpty()) {
            LOG.info("Closed the {}: {}", this, LogText.of(why));
        }
        channel.close();
    }

    private void lost(@Nullable Topics open) {
        closing = true;
        if (open != null) {
            topics = null;
            work(
                    () -> {
                        open.end(graceful);
                        return graceful;
                    },
                    _ -> {});
        }
    }

    private void checkSilence() {
        if (!channel.isActive()) {
            return;
        }
        long left = maxSilenceNanos - (System.nanoTime() - heardAt);
        if (left > 0) {
            await(left);
        } else if (working) {
            // It is we who keep the client waiting.
            await(maxSilenceNanos);
        } else {
            end(topics == null ? "no CONNECT in time" : "silent for longer than its keep-alive allows");
        }
    }

    private void await(long nanos) {
        if (timeout != null) {
            timeout.cancel();
        }
        timeout = shared.timer().newTimeout(this, nanos, TimeUnit.NANOSECONDS);
    }

    /** Stops to read while more waits than we want to hold, and nothing is read before a CONNECT is judged. */
    private void regulate() {
        boolean judging = working && topics == null;
        channel.config()
                .setAutoRead(!judging
                        && channel.isWritable()
                        && waiting.size() < MAX_WAITING_PACKETS
                        && waitingBytes < MAX_WAITING_BYTES);
    }

    /** About how much of the memory that a client may make us hold. */
    private static int size(Packet packet) {
        return switch (packet) {
            case Packet.Publish publish -> publish.topic().length() + publish.payload().length;
            case Packet.Subscribe(int _, List<Packet.Subscription> subscriptions) ->
                subscriptions.stream()
                        .mapToInt(subscription -> subscription.filter().length())
                        .sum();
            case Packet.Unsubscribe(int _, List<String> filters) ->
                filters.stream().mapToInt(String::length).sum();
            case Packet.Connect _,
                    Packet.Ping _,
                    Packet.Acknowledgement _,
                    Packet.Disconnect _,
                    Packet.OtherProtocol _,
                    Packet.Violation _,
                    Packet.Lost _ -> 0;
        };
    }

    /** Leaves the event loop for what blocks, and comes back with the result. */
    private <T> void work(Supplier<T> blocking, Consumer<T> then) {
        working = true;
        shared.workers().execute(() -> {
            Runnable next;
            try {
                T result = blocking.get();
                next = () -> then.accept(result);
            } catch (RuntimeException e) {
                LOG.error("Cannot serve the {}", this, e);
                next = this::failed;
            }
            resume(next);
        });
    }

    private void resume(Runnable next) {
        onEventLoop(() -> {
            working = false;
            next.run();
            proceed();
        });
    }

    /** A client that is told to come back later does; one whose message was not stored sends it again. */
    private void failed() {
        if (topics == null && !closing) {
            acknowledgeConnect(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
        }
        end("internal error");
    }

    private void onEventLoop(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("The front end is closed, so the {} is, too", this, e);
        }
    }
}
