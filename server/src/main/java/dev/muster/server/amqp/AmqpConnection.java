package dev.muster.server.amqp;

import dev.muster.server.tls.Caller;
import dev.muster.server.wire.LogText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.qpid.proton.engine.Collector;
import org.apache.qpid.proton.engine.Connection;
import org.apache.qpid.proton.engine.EndpointState;
import org.apache.qpid.proton.engine.Event;
import org.apache.qpid.proton.engine.Link;
import org.apache.qpid.proton.engine.Session;
import org.apache.qpid.proton.engine.Transport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: moves bytes between the channel and the protocol engine, and what the engine tells to the
 * links. Everything here happens on the channel's event loop but for {@link #run}, which may be called from anywhere.
 */
// What cannot be written or closed fails with the connection, and channelInactive tells of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class AmqpConnection extends ChannelInboundHandlerAdapter
        implements TimerTask, SaslExchange.Worker, ProvisioningLinks.Host {
    private static final Logger LOG = LoggerFactory.getLogger(AmqpConnection.class);
    private static final EnumSet<EndpointState> ANY = EnumSet.allOf(EndpointState.class);
    private static final int MAX_FRAME_BYTES = 64 * 1024;
    private static final int MAX_SESSIONS = 4;
    private static final int SESSION_WINDOW_BYTES = 256 * 1024;

    /** How long a client may be silent; it is told half, as AMQP 1.0 section 2.4.5 wants it. */
    private static final Duration MAX_SILENCE = Duration.ofMinutes(8);

    private final Channel channel;
    private final AmqpFrontEnd.Shared shared;
    private final Transport transport = Transport.Factory.create();
    private final Connection connection = Connection.Factory.create();
    private final Collector collector = Collector.Factory.create();
    private final SaslExchange sasl;
    private final ProvisioningLinks links;
    private final long acceptedAt = System.nanoTime();
    private Duration patience;
    private @Nullable Timeout timeout;
    private int sessions;
    private boolean working;
    private boolean closing;

    /** @param name of the transport, as the record of attempts has it */
    AmqpConnection(Channel channel, String name, AmqpFrontEnd.Shared shared) {
        this.channel = channel;
        this.shared = shared;
        this.patience = shared.limits().open();
        Caller caller = Caller.of(channel, name);
        this.sasl = new SaslExchange(new DeviceChallenges(caller, shared.services()), this);
        this.links = new ProvisioningLinks(caller, shared.services(), this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        transport.setMaxFrameSize(MAX_FRAME_BYTES);
        transport.setChannelMax(MAX_SESSIONS - 1);
        transport.setIdleTimeout((int) MAX_SILENCE.toMillis());
        transport.setEmitFlowEventOnSend(false);
        sasl.offer(transport.sasl());
        connection.setContainer("muster");
        connection.collect(collector);
        transport.bind(connection);
        await(patience.toNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof ByteBuf bytes) {
                read(bytes);
            }
        } finally {
            ReferenceCountUtil.release(message);
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
        closing = true;
        if (timeout != null) {
            timeout.cancel();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that is gone, or no TLS: everyday noise on an open port.
        LOG.debug("Lost the {}", this, cause);
        channel.close();
    }

    /** The timer's: called once a client may have been silent for too long, or wants a sign of life. */
    @Override
    public void run(Timeout expired) {
        onEventLoop(this::checkTime);
    }

    @Override
    public String toString() {
        return "connection from " + channel.remoteAddress();
    }

    private void read(ByteBuf bytes) {
        guard(() -> {
            while (bytes.isReadable() && !closing) {
                int capacity = transport.capacity();
                if (capacity <= 0) {
                    return;
                }
                // The buffer's limit is not to be touched: by it the engine knows whether it has a whole header.
                transport
                        .tail()
                        .put(bytes.readSlice(Math.min(capacity, bytes.readableBytes()))
                                .nioBuffer());
                transport.process();
                handleEvents();
            }
        });
    }

    private void proceed() {
        if (closing) {
            return;
        }
        guard(() -> {
            links.proceed();
            handleEvents();
            write();
        });
        regulate();
    }

    /** The engine reports violations by whatever its state ran into; it has none left to go on with. */
    private void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.debug("The engine gave up the {}", this, e);
            end("bytes that are not AMQP 1.0, or out of order: " + e.getMessage());
        }
    }

    private void handleEvents() {
        for (Event event = collector.peek(); event != null && !closing; event = collector.peek()) {
            handle(event);
            collector.pop();
        }
    }

    private void handle(Event event) {
        switch (event.getType()) {
            case CONNECTION_REMOTE_OPEN -> opened();
            case SESSION_REMOTE_OPEN -> begun(event.getSession());
            case SESSION_REMOTE_CLOSE -> ended(event.getSession());
            case LINK_REMOTE_OPEN -> links.attached(event.getLink());
            case LINK_REMOTE_DETACH, LINK_REMOTE_CLOSE -> links.detached(event.getLink());
            case LINK_FLOW -> links.flow(event.getLink());
            case DELIVERY -> links.delivered(event.getDelivery());
            case CONNECTION_REMOTE_CLOSE -> {
                connection.close();
                write();
                end("");
            }
            case TRANSPORT_ERROR -> {
                write();
                end(String.valueOf(transport.getCondition()));
            }
            default -> {}
        }
    }

    private void opened() {
        connection.open();
        checkTime();
    }

    private void begun(Session session) {
        sessions++;
        if (sessions > MAX_SESSIONS) {
            violated("amqp:resource-limit-exceeded", "more than " + MAX_SESSIONS + " sessions");
            return;
        }
        session.setIncomingCapacity(SESSION_WINDOW_BYTES);
        session.open();
    }

    private void ended(Session session) {
        sessions--;
        List<Link> orphans = new ArrayList<>();
        for (Link link = connection.linkHead(ANY, ANY); link != null; link = link.next(ANY, ANY)) {
            if (link.getSession().equals(session)) {
                orphans.add(link);
            }
        }
        orphans.forEach(links::detached);
        session.close();
        session.free();
    }

    private void write() {
        int pending = transport.pending();
        while (pending > 0) {
            write(pending);
            pending = transport.pending();
        }
        channel.flush();
        if (pending < 0) {
            end("");
        }
    }

    private void write(int pending) {
        channel.write(channel.alloc().buffer(pending).writeBytes(transport.head()));
        transport.pop(pending);
    }

    @Override
    public Login login() {
        return sasl.login();
    }

    @Override
    public boolean isAtWork() {
        return working;
    }

    @Override
    public void beginLongExchange() {
        patience = shared.limits().tpm();
    }

    @Override
    public void refused(String why) {
        // Only what belongs to SASL: the engine would go on with AMQP's header.
        write(transport.pending());
        end("SASL: " + why);
    }

    @Override
    public void violated(String condition, String rule) {
        connection.setCondition(Conditions.of(condition, rule));
        connection.close();
        write();
        end(rule);
    }

    /** Leaves the event loop for what blocks, and comes back with the result. */
    @Override
    public <T> void work(Supplier<T> blocking, Consumer<T> then) {
        working = true;
        shared.workers().execute(() -> {
            Runnable next;
            try {
                T result = blocking.get();
                next = () -> then.accept(result);
            } catch (RuntimeException e) {
                LOG.error("Cannot serve the {}", this, e);
                next = () -> violated("amqp:internal-error", "internal error");
            }
            Runnable resumed = next;
            onEventLoop(() -> resume(resumed));
        });
    }

    private void resume(Runnable next) {
        working = false;
        if (!closing) {
            guard(next);
        }
        proceed();
    }

    private void checkTime() {
        if (closing) {
            return;
        }
        if (connection.getRemoteState() == EndpointState.UNINITIALIZED) {
            long left = patience.toNanos() - (System.nanoTime() - acceptedAt);
            if (left > 0) {
                await(left);
            } else {
                end("no OPEN in time");
            }
            return;
        }
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        long deadline = transport.tick(now);
        write();
        if (!closing && deadline != 0) {
            await(TimeUnit.MILLISECONDS.toNanos(Math.max(1, deadline - now)));
        }
    }

    private void await(long nanos) {
        if (timeout != null) {
            timeout.cancel();
        }
        timeout = shared.timer().newTimeout(this, nanos, TimeUnit.NANOSECONDS);
    }

    /** Nothing is read while the client does not read, has much waiting, or has its login judged. */
    private void regulate() {
        boolean judging = working && connection.getRemoteState() == EndpointState.UNINITIALIZED;
        channel.config().setAutoRead(channel.isWritable() && !links.isBusy() && !judging);
    }

    /** Closes the connection once all is out that was written. */
    private void end(String why) {
        if (closing) {
            return;
        }
        closing = true;
        if (!why.isEmpty()) {
            LOG.info("Closed the {}: {}", this, LogText.of(why));
        }
        channel.flush();
        channel.close();
    }

    private void onEventLoop(Runnable action) {
        try {
            channel.eventLoop().execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("The front end is closed, so the {} is, too", this, e);
        }
    }
}
