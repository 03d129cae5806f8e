package dev.muster.server.http.routing;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.TransportInternal;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The event loops of the HTTPS listener, as many as there are processors. */
public final class EventLoops {
    private EventLoops() {}

    /** Starts them; whoever does closes them. */
    public static Vertx start() {
        VertxOptions options =
                new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
        return Epoll.isAvailable()
                ? Vertx.builder()
                        .with(options)
                        .withTransport(new TransportInternal("epoll", true, null, new Accepting()))
                        .build()
                : Vertx.vertx(options.setPreferNativeTransport(true));
    }

    /**
     * Lets one of the event loops accept connections, too. Vert.x has a thread that does nothing else, and costs each
     * connection two switches of threads.
     */
    private static final class Accepting extends EpollTransport {
        private @Nullable EventLoopGroup serving;

        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            EventLoopGroup known = serving;
            if (type == ACCEPTOR_EVENT_LOOP_GROUP && known != null) {
                return known;
            }
            EventLoopGroup made = super.eventLoopGroup(type, threads, factory, ioRatio);
            serving = made;
            return made;
        }
    }
}
