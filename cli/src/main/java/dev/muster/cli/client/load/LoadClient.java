package dev.muster.cli.client.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Lets many devices talk to a server, each over a connection of its own that starts with a full handshake. Meant for a
 * server that the caller started on this machine: the server's certificate is not looked at, because that would cost
 * more than the rest. Safe for any number of threads, but runs at the same time disturb each other.
 */
public final class LoadClient implements AutoCloseable {
    private static final int ANSWER_SECONDS = 30;
    private static final int CONNECTIONS_PER_ADDRESS = 20_000;

    /**
     * What the TLS libraries in devices offer. The post-quantum hybrid that BoringSSL would offer besides is known to
     * few of them, and to few of the servers that this one is compared with.
     */
    private static final String[] GROUPS = {"x25519", "secp256r1"};

    private final FleetKeyManager keys = new FleetKeyManager();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final SslContext tls12 = newContext(TlsVersion.TLS_1_2, keys);
    private final SslContext tls13 = newContext(TlsVersion.TLS_1_3, keys);

    /**
     * What a run did.
     *
     * @param elapsed from the first connect to the last result
     * @param latencies one for each device, from connect to result, in nanoseconds
     */
    public record Run(Duration elapsed, long[] latencies) {}

    /**
     * Lets each device have its exchange, {@code concurrency} of them at a time, and returns when all are done.
     *
     * @param server on this machine
     * @throws IOException at the first one that fails
     */
    public Run run(
            InetSocketAddress server, TlsVersion version, Exchange exchange, List<LoadDevice> devices, int concurrency)
            throws IOException, InterruptedException {
        devices.forEach(keys::add);
        try {
            ConnectionQueue queue = new ConnectionQueue(devices.size(), (index, ending) -> {
                LoadDevice device = devices.get(index);
                ConversationHandler handler =
                        new ConversationHandler(Conversation.of(exchange, device.registrationId()), ending);
                return bootstrap(version, device, handler).connect(server, source(index));
            });
            return queue.drain(concurrency);
        } finally {
            devices.forEach(keys::remove);
        }
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Bootstrap bootstrap(TlsVersion version, LoadDevice device, ConversationHandler handler) {
        return new Bootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        context(version).newHandler(channel.alloc(), device.registrationId(), -1),
                                        new ReadTimeoutHandler(ANSWER_SECONDS),
                                        handler);
                    }
                });
    }

    /** One address has ports for some 28,000 connections with a server; the loopback interface has many addresses. */
    private static InetSocketAddress source(int index) {
        return new InetSocketAddress("127.0.0." + (1 + index / CONNECTIONS_PER_ADDRESS), 0);
    }

    private SslContext context(TlsVersion version) {
        return switch (version) {
            case TLS_1_2 -> tls12;
            case TLS_1_3 -> tls13;
        };
    }

    private static SslContext newContext(TlsVersion version, FleetKeyManager keys) {
        try {
            SslContext context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols(version.protocol())
                    .option(OpenSslContextOption.GROUPS, GROUPS)
                    .keyManager(keys)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .build();
            // A resumed session would skip the very work that is measured.
            ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
            return context;
        } catch (SSLException e) {
            throw new LoadException("no TLS client of version " + version, e);
        }
    }
}
