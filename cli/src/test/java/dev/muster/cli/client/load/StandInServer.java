package dev.muster.cli.client.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;

/**
 * A TLS server that asks for a client certificate, remembers who came, and answers by a script: bytes so far in, bytes
 * to send out.
 */
final class StandInServer implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel channel;

    /** One connection. */
    record Visit(String protocol, List<String> chain) {}

    StandInServer(Supplier<Function<ByteBuf, byte[]>> scripts) throws Exception {
        LoadDevice identity =
                new Fleet(InstantSource.system()).devices("localhost", 1).getFirst();
        SslContext tls = SslContextBuilder.forServer(identity.key(), identity.x509Chain())
                .sslProvider(SslProvider.OPENSSL)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
        channel = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        open.add(child);
                        child.pipeline().addLast(tls.newHandler(child.alloc()), new Script(scripts.get()));
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    List<Visit> visits() {
        return List.copyOf(visits);
    }

    int open() {
        return open.size();
    }

    /** Whether, before long, the clients have closed every connection. */
    boolean awaitClosed() {
        return open.newCloseFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Script extends ByteToMessageDecoder {
        private final Function<ByteBuf, byte[]> answers;

        Script(Function<ByteBuf, byte[]> answers) {
            this.answers = answers;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                SSLSession session =
                        context.pipeline().get(SslHandler.class).engine().getSession();
                visits.add(new Visit(
                        session.getProtocol(),
                        Arrays.stream(session.getPeerCertificates())
                                .map(certificate -> ((X509Certificate) certificate)
                                        .getSubjectX500Principal()
                                        .getName())
                                .toList()));
            }
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf received, List<Object> out) {
            context.writeAndFlush(Unpooled.wrappedBuffer(answers.apply(received)))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }
}
