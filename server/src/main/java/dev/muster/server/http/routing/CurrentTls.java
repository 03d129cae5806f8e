package dev.muster.server.http.routing;

import dev.muster.server.tls.Newcomers;
import dev.muster.server.tls.ServerTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Gives Vert.x the context that {@link ServerTls} holds at the moment of each connection. Vert.x asks its factory once
 * and keeps what it gets, so what it gets only delegates. Thread-safe as the {@code ServerTls} is.
 */
public final class CurrentTls extends SSLEngineOptions {
    private final ServerTls tls;

    public CurrentTls(ServerTls tls) {
        this.tls = tls;
    }

    @Override
    public SSLEngineOptions copy() {
        return new CurrentTls(tls);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return () -> new Delegate(tls);
    }

    /** Vert.x refuses to listen without key options; ours are in the context. */
    public static final class NoKey implements KeyCertOptions {
        @Override
        public KeyCertOptions copy() {
            return this;
        }

        @Override
        public @Nullable KeyManagerFactory getKeyManagerFactory(Vertx vertx) {
            return null;
        }

        @Override
        public @Nullable Function<String, KeyManagerFactory> keyManagerFactoryMapper(Vertx vertx) {
            return null;
        }
    }

    private static final class Delegate extends DelegatingSslContext {
        private final ServerTls tls;

        Delegate(ServerTls tls) {
            super(tls.context());
            this.tls = tls;
        }

        @Override
        public SslHandler newHandler(ByteBufAllocator allocator, Executor executor) {
            return announced(tls.context().newHandler(allocator, executor), executor);
        }

        @Override
        public SslHandler newHandler(ByteBufAllocator allocator, String host, int port, Executor executor) {
            return announced(tls.context().newHandler(allocator, host, port, executor), executor);
        }

        private SslHandler announced(SslHandler made, Executor executor) {
            return new AnnouncedHandler(made.engine(), executor, tls.newcomers());
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            // The context that makes the engine has set it up.
        }
    }

    /** Announces its connection; Vert.x itself shows none before TLS is done. */
    private static final class AnnouncedHandler extends SslHandler {
        private final Newcomers newcomers;

        AnnouncedHandler(SSLEngine engine, Executor executor, Newcomers newcomers) {
            super(engine, executor);
            this.newcomers = newcomers;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
            newcomers.add(ctx.channel());
            super.handlerAdded(ctx);
        }
    }
}
