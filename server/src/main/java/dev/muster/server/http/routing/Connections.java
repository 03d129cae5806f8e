package dev.muster.server.http.routing;

import dev.muster.pki.Peer;
import dev.muster.server.tls.Newcomers;
import dev.muster.server.tls.PeerConnections;
import dev.muster.server.tls.PeerSession;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open connections: who is at the other end of each, and how long it has kept us waiting. Safe for any number of
 * threads; one request of a connection is answered at a time.
 */
public final class Connections {
    /** For a whole request to arrive, and for the next one of a connection kept alive. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<HttpConnection, Connection> open = new ConcurrentHashMap<>();
    private final Consumer<Channel> announced;

    /** Those that others announce: behind TLS they are known before. */
    public Connections() {
        this(_ -> {});
    }

    /** @param announced is told of each that is opened */
    public Connections(Consumer<Channel> announced) {
        this.announced = announced;
    }

    /** One connection. */
    public static final class Connection {

        private final HttpConnection http;
        private volatile long waitingSince = System.nanoTime();
        private volatile boolean atWork;
        private volatile @Nullable Peer peer;

        private Connection(HttpConnection http) {
            this.http = http;
        }

        /** The other end; its certificates are parsed once per connection. */
        Peer peer() {
            Peer known = peer;
            if (known == null) {
                known = PeerSession.peer(http.sslSession(), address(http.remoteAddress()), "HTTPS", Optional.empty());
                PeerConnections.presented(channel(), known);
                peer = known;
            }
            return known;
        }

        /** Whence it came, without what it brought. */
        public Peer unread() {
            return PeerSession.unread(address(http.remoteAddress()), "HTTPS");
        }

        boolean isSecure() {
            return http.isSsl();
        }

        /** The request is here: from now on it is the client who waits. */
        void requestRead() {
            atWork = true;
        }

        /** The answer is on its way: from now on we wait. */
        void answered() {
            waitingSince = System.nanoTime();
            atWork = false;
        }

        /** A request was granted, for which whoever is at the other end proved who it is. */
        void proved() {
            Newcomers.proved(channel());
        }

        void close() {
            http.close();
        }

        private Channel channel() {
            return Connections.channel(http);
        }

        private boolean isOverdue(long now, long patience) {
            return !atWork && now - waitingSince > patience;
        }

        private static java.net.SocketAddress address(SocketAddress remote) {
            return new InetSocketAddress(remote.hostAddress(), remote.port());
        }
    }

    void opened(HttpConnection http) {
        announced.accept(channel(http));
        open.put(http, new Connection(http));
        http.closeHandler(_ -> open.remove(http));
    }

    private static Channel channel(HttpConnection http) {
        return ((HttpServerConnection) http).channelHandlerContext().channel();
    }

    Connection of(HttpConnection http) {
        Connection connection = open.get(http);
        return connection == null ? new Connection(http) : connection;
    }

    /** Another protocol has the connection from now on, and looks after it. */
    void handOver(HttpConnection http) {
        open.remove(http);
    }

    public int count() {
        return open.size();
    }

    /** Closes what has been silent, or has trickled, for too long; called every few seconds. */
    void closeOverdue() {
        long now = System.nanoTime();
        open.values().stream()
                .filter(connection -> connection.isOverdue(now, PATIENCE.toNanos()))
                .forEach(Connection::close);
    }
}
