package dev.muster.server.http;

import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Connections;
import dev.muster.server.http.routing.Dispatcher;
import dev.muster.server.http.routing.Listener;
import dev.muster.server.http.routing.Refusals;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.http.routing.WebSocketUpgrade;
import dev.muster.server.tls.Newcomers;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The listener without TLS, for what everybody may know of our authorities and what is signed anyway: whoever verifies
 * a certificate must not need TLS, and so another certificate, for that (RFC 5280 section 8). Nothing else is answered
 * there, ever. Works as {@link HttpFrontEnd} does. Safe for any number of threads.
 */
public final class PlainHttp implements AutoCloseable {
    private static final String ELSEWHERE =
            "Without TLS there are only the CRLs, OCSP answers and certificates below /pki. Use HTTPS for all else.";

    private final Listener listener;
    private final ExecutorService virtualThreads;

    private PlainHttp(Listener listener, ExecutorService virtualThreads) {
        this.listener = listener;
        this.virtualThreads = virtualThreads;
    }

    /**
     * Binds the port and begins to serve.
     *
     * @param newcomers to which every connection belongs for as long as it is open, since none proves anything here
     * @throws IllegalStateException when the port cannot be bound, the cause saying why
     */
    public static PlainHttp start(
            Vertx vertx, String address, int port, Newcomers newcomers, Api everybodys, InstantSource clock) {
        Routes routes = new Routes();
        everybodys.addTo(routes);
        Connections connections = new Connections(newcomers::add);
        ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        Dispatcher dispatcher = new Dispatcher(
                vertx,
                new Dispatcher.Site(routes, ELSEWHERE),
                new WebSocketUpgrade(List.of()),
                new Refusals(clock, Duration.ofSeconds(2)),
                connections,
                virtualThreads);
        Listener listener = new Listener(vertx, address, port, connections);
        listener.start(
                // Waiting for the first bytes to tell HTTP/1 from 2, Vert.x would not show the connection.
                Listener.options().setHttp2ClearTextEnabled(false), dispatcher::handle);
        return new PlainHttp(listener, virtualThreads);
    }

    /** The TCP port that was bound. */
    public int port() {
        return listener.port();
    }

    /** Takes no more requests, lets those at work finish, and closes every connection. */
    @Override
    public void close() {
        listener.close();
        virtualThreads.close();
    }
}
