package dev.muster.server.http;

import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.ForeignIssuers;
import dev.muster.authority.Rotation;
import dev.muster.base.AccessControl;
import dev.muster.base.AccessPolicies;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.enrollment.CaCertificateRegistry;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.PreviewRegistry;
import dev.muster.hub.Events;
import dev.muster.hub.Hubs;
import dev.muster.registration.Attempts;
import dev.muster.registration.ProvisioningService;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrations;
import dev.muster.server.config.Config;
import dev.muster.server.tls.ServerTls;
import dev.muster.server.tls.TlsListener;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The HTTPS listener with every API that it serves. Event loops decode and encode; use cases run on virtual threads,
 * one hop a request. Safe for any number of threads.
 */
public final class HttpFrontEnd implements AutoCloseable {
    private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BIND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final ExecutorService virtualThreads;
    private final String deployment;
    private final long sweeper;
    private final int port;

    /** What the front end needs of the rest. */
    public record Services(
            Provisioning provisioning,
            Hubs hubs,
            Events events,
            Attempts attempts,
            Additions additions,
            Access access,
            Ambient ambient) {}

    /**
     * The provisioning service.
     *
     * @param name by which the control plane knows it
     * @param retryAfter what devices are told to wait before they ask for a result
     */
    public record Provisioning(
            String name,
            String idScope,
            Duration retryAfter,
            Registrar registrar,
            Registries registries,
            Registrations registrations) {}

    /** What the owner of the provisioning service writes. */
    public record Registries(
            EnrollmentRegistry enrollments,
            CaCertificateRegistry authorities,
            PreviewRegistry previews,
            ProvisioningService service,
            Issuers issuers) {}

    /** The owner's own certificate authorities. */
    public record Issuers(AuthorityRegistry registry, Rotation rotation, ForeignIssuers foreign) {}

    /** What is served at the same port, and not here. */
    public record Additions(List<SubProtocol> subProtocols, List<Api> apis) {
        public Additions {
            subProtocols = List.copyOf(subProtocols);
            apis = List.copyOf(apis);
        }
    }

    /**
     * Who may do what.
     *
     * @param registry by which the owner changes it
     */
    public record Access(AccessPolicies policies, AccessPolicyRegistry registry, String administratorToken) {
        /** The token is a secret, so the text form leaves it out. */
        @Override
        public String toString() {
            return "Access";
        }
    }

    /**
     * Time, randomness, and what the owner is told of this process.
     *
     * @param mqttPort asked each time, since it may be bound later than the one of this front end
     * @param amqpPort likewise
     */
    public record Ambient(
            InstantSource clock, RandomGenerator random, String version, IntSupplier mqttPort, IntSupplier amqpPort) {}

    private HttpFrontEnd(Vertx vertx, ExecutorService virtualThreads, String deployment, long sweeper, int port) {
        this.vertx = vertx;
        this.virtualThreads = virtualThreads;
        this.deployment = deployment;
        this.sweeper = sweeper;
        this.port = port;
    }

    /**
     * Binds the port and begins to serve.
     *
     * @throws IllegalStateException when the port cannot be bound, the cause saying why
     */
    public static HttpFrontEnd start(Vertx vertx, Config.Listen listen, ServerTls tls, Services services) {
        Connections connections = new Connections();
        ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        Refusals refusals =
                new Refusals(services.ambient().clock(), services.provisioning().retryAfter());
        List<Listener> listeners = new CopyOnWriteArrayList<>();
        Routes routes = routes(services, new Status(services, connections, () -> port(listeners)));
        Dispatcher dispatcher = new Dispatcher(
                vertx,
                routes,
                new WebSocketUpgrade(services.additions().subProtocols()),
                refusals,
                connections,
                virtualThreads);
        HttpServerOptions options = options(tls);
        SocketAddress address = address(listen);
        Future<String> deployed = vertx.deployVerticle(
                () -> {
                    Listener listener = new Listener(options, address, dispatcher, connections);
                    listeners.add(listener);
                    return listener;
                },
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()));
        try {
            String deployment = deployed.await(BIND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            long sweeper = vertx.setPeriodic(SWEEP.toMillis(), _ -> connections.closeOverdue());
            return new HttpFrontEnd(vertx, virtualThreads, deployment, sweeper, port(listeners));
        } catch (Exception e) {
            // Whatever kept the port from being bound, checked or not, comes out of await as it is.
            virtualThreads.close();
            throw new IllegalStateException("cannot listen on " + listen.address() + ":" + listen.https(), e);
        }
    }

    /** The TCP port that was bound. */
    public int port() {
        return port;
    }

    /** Takes no more requests, lets those at work finish, and closes every connection. */
    @Override
    public void close() {
        vertx.cancelTimer(sweeper);
        vertx.undeploy(deployment).await();
        virtualThreads.close();
    }

    private static Routes routes(Services services, Status status) {
        Provisioning provisioning = services.provisioning();
        Ambient ambient = services.ambient();
        AccessPolicies policies = services.access().policies();
        Hubs hubs = services.hubs();
        SharedAccess access = new SharedAccess(new AccessControl(policies, ambient.clock()));
        Administrator administrator = new Administrator(services.access().administratorToken());
        Routes routes = new Routes();
        new DeviceApi(provisioning.registrar(), provisioning.retryAfter()).addTo(routes);
        new EnrollmentApi(provisioning.registries().enrollments(), provisioning.registrations(), access).addTo(routes);
        new EnrollmentBulkApi(provisioning.registries().enrollments(), access).addTo(routes);
        new PreviewApi(provisioning.registries().previews(), access).addTo(routes);
        new RegistrationApi(provisioning.registrations(), access).addTo(routes);
        ManagedService managed = new ManagedService(provisioning.name(), provisioning.idScope(), administrator);
        new ResourceApi(managed, provisioning.registries().service()).addTo(routes);
        new CertificateApi(managed, provisioning.registries().authorities()).addTo(routes);
        new HubResourceApi(managed, hubs, services.access().registry()).addTo(routes);
        new HubRegistryApi(hubs, access, ambient.random()).addTo(routes);
        new DeviceBulkApi(hubs, access, ambient.random()).addTo(routes);
        new TwinApi(hubs, access).addTo(routes);
        new DoctorApi(provisioning.registrar().doctor(), administrator).addTo(routes);
        new AuthorityApi(provisioning.registries().issuers(), administrator).addTo(routes);
        new OwnerApi(status, services.attempts(), services.events(), hubs, policies, administrator).addTo(routes);
        services.additions().apis().forEach(api -> api.addTo(routes));
        return routes;
    }

    /** The listeners share one port. */
    private static int port(List<Listener> listeners) {
        return listeners.getFirst().port();
    }

    private static SocketAddress address(Config.Listen listen) {
        // Plain 0 would be another free port for each event loop.
        return listen.https() == 0
                ? SocketAddress.sharedRandomPort(1, listen.address())
                : SocketAddress.inetSocketAddress(listen.https(), listen.address());
    }

    private static HttpServerOptions options(ServerTls tls) {
        HttpServerOptions options = new HttpServerOptions();
        options.setTcpNoDelay(true)
                .setAcceptBacklog(TlsListener.BACKLOG)
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(new CurrentTls.NoKey())
                .setSslEngineOptions(new CurrentTls(tls))
                .setSslHandshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds())
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                // WebSockets are ours, and not compressed: their handler would look at every request in vain.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        return options;
    }

    /** One event loop's share of the port. */
    private static final class Listener extends VerticleBase {
        private final HttpServerOptions options;
        private final SocketAddress address;
        private final Dispatcher dispatcher;
        private final Connections connections;
        private @Nullable HttpServer server;

        Listener(HttpServerOptions options, SocketAddress address, Dispatcher dispatcher, Connections connections) {
            this.options = options;
            this.address = address;
            this.dispatcher = dispatcher;
            this.connections = connections;
        }

        @Override
        public Future<?> start() {
            HttpServer created = vertx.createHttpServer(options)
                    .connectionHandler(connections::opened)
                    .requestHandler(dispatcher::handle);
            server = created;
            return created.listen(address);
        }

        int port() {
            HttpServer running = server;
            return running == null ? 0 : running.actualPort();
        }
    }
}
