package dev.muster.server.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A TCP port whose connections begin with TLS, and the event loops behind it. Thread-safe. */
public final class TlsListener implements AutoCloseable {
    /** How many connections may wait to be accepted. */
    public static final int BACKLOG = 4096;

    private final EventLoopGroup group;
    private final int port;

    private TlsListener(EventLoopGroup group, int port) {
        this.group = group;
        this.port = port;
    }

    /**
     * Where to listen.
     *
     * @param name of the protocol, for threads and messages
     * @param port 0 for any free one
     */
    public record Endpoint(String name, String address, int port) {}

    /**
     * Binds the port.
     *
     * @param handshake how long TLS may take
     * @param protocol puts the protocol's handlers behind TLS, on the connection's event loop
     * @throws IllegalStateException when it cannot
     */
    public static TlsListener start(
            Endpoint endpoint, ServerTls tls, Duration handshake, Consumer<ChannelPipeline> protocol) {
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                NettyRuntime.availableProcessors(),
                new DefaultThreadFactory(endpoint.name(), true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                // Small to begin with, since most reads are a ping.
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 512, 64 * 1024))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        tls.newcomers().add(channel);
                        SslHandler handler = tls.context().newHandler(channel.alloc());
                        handler.setHandshakeTimeoutMillis(handshake.toMillis());
                        channel.pipeline().addLast(handler);
                        protocol.accept(channel.pipeline());
                    }
                })
                .bind(new InetSocketAddress(endpoint.address(), endpoint.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(group);
            throw new IllegalStateException(
                    "Cannot listen for " + endpoint.name() + " on " + endpoint.address() + ":" + endpoint.port(),
                    bound.cause());
        }
        return new TlsListener(group, ((InetSocketAddress) bound.channel().localAddress()).getPort());
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** Ends every connection. */
    @Override
    public void close() {
        stop(group);
    }

    private static void stop(EventLoopGroup group) {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
