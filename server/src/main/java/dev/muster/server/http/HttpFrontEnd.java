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
import dev.muster.server.http.routing.Api;
import dev.muster.server.http.routing.Connections;
import dev.muster.server.http.routing.CurrentTls;
import dev.muster.server.http.routing.Dispatcher;
import dev.muster.server.http.routing.Listener;
import dev.muster.server.http.routing.Refusals;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.http.routing.SubProtocol;
import dev.muster.server.http.routing.WebSocketUpgrade;
import dev.muster.server.tls.ServerTls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/**
 * The HTTPS listener with every API that it serves. Event loops decode and encode; use cases run on virtual threads,
 * one hop a request. Safe for any number of threads.
 */
public final class HttpFrontEnd implements AutoCloseable {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private final Listener listener;
    private final ExecutorService virtualThreads;

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

    private HttpFrontEnd(Listener listener, ExecutorService virtualThreads) {
        this.listener = listener;
        this.virtualThreads = virtualThreads;
    }

    /**
     * Binds the port and begins to serve.
     *
     * @throws IllegalStateException when the port cannot be bound, the cause saying why
     */
    public static HttpFrontEnd start(Vertx vertx, Config.Listen listen, ServerTls tls, Services services) {
        Connections connections = new Connections();
        Listener listener = new Listener(vertx, listen.address(), listen.https(), connections);
        ExecutorService virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        Refusals refusals =
                new Refusals(services.ambient().clock(), services.provisioning().retryAfter());
        Dispatcher dispatcher = new Dispatcher(
                vertx,
                new Dispatcher.Site(
                        routes(services, new Status(services, connections, listener::port)),
                        "There is no such resource."),
                new WebSocketUpgrade(services.additions().subProtocols()),
                refusals,
                connections,
                virtualThreads);
        listener.start(options(tls), dispatcher::handle);
        return new HttpFrontEnd(listener, virtualThreads);
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

    private static Routes routes(Services services, Status status) {
        Provisioning provisioning = services.provisioning();
        Ambient ambient = services.ambient();
        AccessPolicies policies = services.access().policies();
        Hubs hubs = services.hubs();
        SharedAccess access = new SharedAccess(new AccessControl(policies, ambient.clock()));
        Administrator administrator = new Administrator(services.access().administratorToken());
        Routes routes = new Routes();
        new DeviceApi(provisioning.registrar(), provisioning.retryAfter(), ambient.random()).addTo(routes);
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

    private static HttpServerOptions options(ServerTls tls) {
        HttpServerOptions options = Listener.options();
        options.setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(new CurrentTls.NoKey())
                .setSslEngineOptions(new CurrentTls(tls))
                .setSslHandshakeTimeout(HANDSHAKE_TIMEOUT.toSeconds())
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
        return options;
    }
}
