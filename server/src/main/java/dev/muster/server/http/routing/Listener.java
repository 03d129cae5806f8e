package dev.muster.server.http.routing;

import dev.muster.server.tls.TlsListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A TCP port for HTTP, and the connections to it. Started and closed by one thread; requests come on event loops. */
public final class Listener implements AutoCloseable {
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final String address;
    private final int wanted;
    private final Connections connections;
    private final List<Share> shares = new CopyOnWriteArrayList<>();
    private String deployment = "";
    private long sweeper;

    /** @param port 0 for any free one */
    public Listener(Vertx vertx, String address, int port, Connections connections) {
        this.vertx = vertx;
        this.address = address;
        this.wanted = port;
        this.connections = connections;
    }

    /** With the limits that hold for everybody. */
    public static HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions();
        options.setTcpNoDelay(true)
                .setAcceptBacklog(TlsListener.BACKLOG)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                // WebSockets are ours, and not compressed: their handler would look at every request in vain.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        return options;
    }

    /** @throws IllegalStateException when the port cannot be bound, the cause saying why */
    public void start(HttpServerOptions options, Handler<HttpServerRequest> requests) {
        Future<String> deployed = vertx.deployVerticle(
                () -> {
                    Share share = new Share(options, socket(options.isSsl()), requests, connections);
                    shares.add(share);
                    return share;
                },
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()));
        try {
            deployment = deployed.await(BIND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            // Whatever kept the port from being bound, checked or not, comes out of await as it is.
            throw new IllegalStateException("cannot listen on " + address + ":" + wanted, e);
        }
        sweeper = vertx.setPeriodic(SWEEP.toMillis(), _ -> connections.closeOverdue());
    }

    /** The TCP port that was bound, which all shares have in common. */
    public int port() {
        return shares.getFirst().port();
    }

    /** Takes no more requests and closes every connection. */
    @Override
    public void close() {
        vertx.cancelTimer(sweeper);
        vertx.undeploy(deployment).await();
    }

    private SocketAddress socket(boolean secure) {
        // Plain 0 would be another free port for each event loop; listeners of the same number would share one.
        return wanted == 0
                ? SocketAddress.sharedRandomPort(secure ? 1 : 2, address)
                : SocketAddress.inetSocketAddress(wanted, address);
    }

    /** One event loop's share of the port. */
    private static final class Share extends VerticleBase {
        private final HttpServerOptions options;
        private final SocketAddress address;
        private final Handler<HttpServerRequest> requests;
        private final Connections connections;
        private @Nullable HttpServer server;

        Share(
                HttpServerOptions options,
                SocketAddress address,
                Handler<HttpServerRequest> requests,
                Connections connections) {
            this.options = options;
            this.address = address;
            this.requests = requests;
            this.connections = connections;
        }

        @Override
        public Future<?> start() {
            HttpServer created = vertx.createHttpServer(options)
                    .connectionHandler(connections::opened)
                    .requestHandler(requests);
            server = created;
            return created.listen(address);
        }

        int port() {
            HttpServer running = server;
            return running == null ? 0 : running.actualPort();
        }
    }
}
