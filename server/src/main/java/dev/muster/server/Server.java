package dev.muster.server;

import dev.muster.allocation.LinkedHubRegistry;
import dev.muster.attestation.Attestor;
import dev.muster.attestation.OperationalCertificates;
import dev.muster.attestation.TpmChallenges;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Refusal;
import dev.muster.base.Seal;
import dev.muster.enrollment.CaCertificateRegistry;
import dev.muster.enrollment.CertificateRules;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.PreviewRegistry;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.hub.Renewals;
import dev.muster.hub.Sessions;
import dev.muster.hub.Telemetry;
import dev.muster.registration.DeviceCertificates;
import dev.muster.registration.ProvisioningService;
import dev.muster.registration.Registrar;
import dev.muster.registration.Throttle;
import dev.muster.server.amqp.AmqpFrontEnd;
import dev.muster.server.config.Config;
import dev.muster.server.http.HttpFrontEnd;
import dev.muster.server.http.PlainHttp;
import dev.muster.server.http.routing.EventLoops;
import dev.muster.server.http.routing.SubProtocol;
import dev.muster.server.metrics.CertificateGauges;
import dev.muster.server.metrics.Metrics;
import dev.muster.server.mqtt.CredentialTopics;
import dev.muster.server.mqtt.MqttFrontEnd;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.revocation.PublicPkiApi;
import dev.muster.server.tls.FastCrypto;
import dev.muster.server.tls.Newcomers;
import dev.muster.server.tls.PeerConnections;
import dev.muster.server.tls.ReloadingTls;
import dev.muster.server.tls.ServerCertificates;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The composition root: every part is made here, by hand and once, from the store up to the front ends. */
public final class Server implements AutoCloseable {
    /** What this build calls itself. */
    public static final String VERSION = "0.1.0";

    private final Config config;
    private final String idScope;
    private final List<String> notices;
    private final Parts parts;
    private final AuthorityRegistry authorities;
    private final FrontEnds frontEnds;

    private record FrontEnds(HttpFrontEnd https, Optional<PlainHttp> http, MqttFrontEnd mqtt, AmqpFrontEnd amqp) {}

    private Server(
            Config config,
            String idScope,
            List<String> notices,
            Parts parts,
            AuthorityRegistry authorities,
            FrontEnds frontEnds) {
        this.config = config;
        this.idScope = idScope;
        this.notices = List.copyOf(notices);
        this.parts = parts;
        this.authorities = authorities;
        this.frontEnds = frontEnds;
    }

    /** @throws Refusal when it cannot start, saying what is in the way; then nothing is left running */
    public static Server start(Config config) {
        Parts parts = new Parts();
        try {
            return start(config, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Server start(Config wanted, Parts parts) {
        List<String> notices = new ArrayList<>();
        if (!FastCrypto.install()) {
            notices.add(
                    "The fast signature provider does not run on this machine; registrations cost several times more.");
        }
        Ports ports = new Ports();
        Config config = wanted.withListen(ports.settle(wanted.listen()));
        notices.addAll(ports.notices());

        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        RandomGenerator marks = new PooledRandom(random);
        Secrets secrets = new Secrets(random);
        Seal seal = secrets.sealIn(config.dataDirectory().resolve("secrets.key"));
        Storage storage = parts.add(Storage.open(config, seal));
        Secrets.checkSeal(seal, storage.settings());
        secrets.provisioningPolicies(storage.policies());
        config.hubs().forEach(hub -> secrets.hubPolicies(storage.policies(), hub.name()));
        Registrar.Identity identity = new Registrar.Identity(
                new String(storage.settings().getOrCreate("id-scope", secrets::idScope), StandardCharsets.US_ASCII),
                storage.settings().getOrCreate("operation-key", secrets::operationKey));

        Metrics metrics = parts.add(new Metrics());
        Revoking revoking = Revoking.of(config, storage, clock);
        CertificateAuthorities issuers =
                parts.add(CertificateAuthorities.of(config, storage, revoking.revoked(), metrics, clock, random));
        Hubs hubs = hubs(config, storage, new Devices.Ambient(clock, marks, revoking.gate()));
        metrics.watch(hubs);
        LinkedAuthorities linked =
                LinkedAuthorities.of(config, storage, issuers.issuance(), revoking.validator(), metrics, clock);
        DeviceCertificates certificates =
                new DeviceCertificates(linked.issuer(), storage.enrollments(), storage.groups(), storage.previews());
        Assignments assignments =
                Assignments.of(config, storage, hubs, linked.issuer(), certificates, metrics, clock, marks);
        Attestor attestor = new Attestor(
                storage.enrollments(),
                storage.groups(),
                new Attestor.Certificates(
                        storage.authorities(),
                        revoking.known(),
                        new OperationalCertificates(
                                storage.issued(), config.authorities().acceptExpired(), clock)),
                revoking.validator(),
                new TpmChallenges(
                        storage.settings().getOrCreate("challenge-key", secrets::challengeKey), clock, random),
                clock);
        Throttle throttle = new Throttle(config.provisioning().limits(), clock);
        Registrar registrar = new Registrar(
                identity,
                attestor,
                assignments.assigner(),
                certificates,
                storage.registrations(),
                metrics.registrations(storage.attempts()),
                new Registrar.Ambient(clock, marks, throttle));
        String administratorToken = secrets.tokenIn(adminTokenFile(config));
        ReloadingTls tls = tls(config, newcomers(config, revoking.connections(), notices), clock, random);
        CertificateGauges gauges = metrics.watch(revoking.revoked(), storage.issuedCounts(), clock);
        gauges.refresh();
        parts.add(new Housekeeping(
                tls,
                assignments.linked(),
                revoking,
                gauges,
                storage.events(),
                config.events().retention(),
                clock));
        AccessPolicyRegistry policies = new AccessPolicyRegistry(storage.policies(), storage.database(), random);
        Duration retryAfter = config.provisioning().retryAfter();
        ProvisioningSession.Services provisioning = new ProvisioningSession.Services(registrar, retryAfter, clock);
        MqttFrontEnd mqtt = parts.add(MqttFrontEnd.start(
                config.listen(),
                tls,
                new MqttFrontEnd.Services(
                        provisioning,
                        hubs,
                        new Telemetry(storage.events(), clock),
                        new CredentialTopics.Services(
                                new Renewals(storage.renewals(), linked.issuer(), storage.database(), clock),
                                config.authorities().renewedAs(),
                                clock),
                        clock)));
        AmqpFrontEnd amqp = parts.add(AmqpFrontEnd.start(config.listen(), tls, provisioning));
        Vertx vertx = EventLoops.start();
        parts.add(() -> vertx.close().await());
        PublicPkiApi publicPki = new PublicPkiApi(issuers.lists(), issuers.responder());
        HttpFrontEnd https = parts.add(HttpFrontEnd.start(
                vertx,
                config.listen(),
                tls,
                new HttpFrontEnd.Services(
                        new HttpFrontEnd.Provisioning(
                                config.provisioning().name(),
                                identity.idScope(),
                                retryAfter,
                                registrar,
                                new HttpFrontEnd.Registries(
                                        new EnrollmentRegistry(
                                                storage.enrollments(),
                                                storage.groups(),
                                                assignments.linked(),
                                                new CertificateRules(storage.ownAuthorities(), storage.previews()),
                                                storage.database(),
                                                clock,
                                                random),
                                        new CaCertificateRegistry(
                                                storage.authorities(), storage.database(), clock, random),
                                        new PreviewRegistry(
                                                storage.previews(),
                                                linked.authorities()::tryOut,
                                                storage.database(),
                                                clock,
                                                random),
                                        new ProvisioningService(
                                                policies,
                                                new LinkedHubRegistry(
                                                        storage.hubLinks(), assignments.linked(), storage.database()),
                                                storage.tags(),
                                                storage.database()),
                                        new HttpFrontEnd.Issuers(
                                                issuers.registry(), issuers.rotation(), issuers.foreign())),
                                storage.registrations()),
                        hubs,
                        storage.events(),
                        storage.attempts(),
                        new HttpFrontEnd.Additions(
                                List.of(
                                        new SubProtocol("mqtt", mqtt::serveWebSocket),
                                        new SubProtocol("AMQPWSB10", amqp::serveWebSocket)),
                                Stream.concat(
                                                Stream.of(
                                                        revoking.api(storage, hubs, administratorToken),
                                                        publicPki,
                                                        metrics.api(administratorToken)),
                                                new CertificateApis(
                                                                identity.idScope(),
                                                                serverNames(config),
                                                                attestor,
                                                                revoking,
                                                                throttle,
                                                                metrics)
                                                                .over(
                                                                        issuers,
                                                                        storage,
                                                                        administratorToken,
                                                                        clock,
                                                                        random)
                                                                .stream())
                                        .toList()),
                        new HttpFrontEnd.Access(storage.policies(), policies, administratorToken),
                        new HttpFrontEnd.Ambient(clock, marks, VERSION, mqtt::port, amqp::port))));
        Optional<PlainHttp> http = config.listen()
                .http()
                .map(port -> parts.add(
                        PlainHttp.start(vertx, config.listen().address(), port, tls.newcomers(), publicPki, clock)));
        parts.add(new OperationWorker(assignments.backlog(), assignments.continuation()::carryOn));
        Server server = new Server(
                config, identity.idScope(), notices, parts, issuers.registry(), new FrontEnds(https, http, mqtt, amqp));
        parts.add(new RunFile(
                config.dataDirectory(), localHost(config), server.httpsPort(), server.mqttPort(), server.amqpPort()));
        return server;
    }

    private static Hubs hubs(Config config, Storage storage, Devices.Ambient ambient) {
        Sessions sessions = new Sessions();
        Map<Devices, List<String>> names = new LinkedHashMap<>();
        for (Config.Hub hub : config.hubs()) {
            names.put(
                    new Devices(hub.name(), storage.devices(), storage.twins(), sessions, storage.database(), ambient),
                    Stream.concat(Stream.of(hub.name()), hub.aliases().stream()).toList());
        }
        return new Hubs(names);
    }

    private static Newcomers newcomers(Config config, PeerConnections peers, List<String> notices) {
        int wanted = config.listen().newcomers();
        int limit = Math.min(wanted, Newcomers.affordable());
        if (limit < wanted) {
            notices.add(
                    "This process may open so few files that only " + limit + " connections, not the " + wanted
                            + " of listen.newcomers, may wait for their devices to prove who they are. 'ulimit -n' says how many.");
        }
        return new Newcomers(limit, peers);
    }

    private static ReloadingTls tls(Config config, Newcomers newcomers, InstantSource clock, SecureRandom random) {
        if (config.tls().certificate().isPresent()) {
            Path certificate = config.tls().certificate().get();
            Path key = config.tls().key().orElseThrow();
            return new ReloadingTls(() -> ServerCertificates.ownedByOperator(certificate, key), newcomers);
        }
        ServerCertificates certificates =
                new ServerCertificates(config.dataDirectory(), serverNames(config), clock, random);
        return new ReloadingTls(certificates::current, newcomers);
    }

    /** Every name and address under which clients may call this server. */
    private static Set<String> serverNames(Config config) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name is called by its addresses.
        }
        names.add(localHost(config));
        names.addAll(config.tls().names());
        config.hubs().forEach(hub -> {
            names.add(hub.name());
            names.addAll(hub.aliases());
        });
        return names;
    }

    /** How this machine itself reaches the server. */
    private static String localHost(Config config) {
        String address = config.listen().address();
        return InetAddress.ofLiteral(address).isAnyLocalAddress() ? "localhost" : address;
    }

    /** The TCP port of the HTTPS front end. */
    public int httpsPort() {
        return frontEnds.https().port();
    }

    /** The TCP port of what is served without TLS, if anything is. */
    public Optional<Integer> httpPort() {
        return frontEnds.http().map(PlainHttp::port);
    }

    /** The TCP port of the MQTT front end. */
    public int mqttPort() {
        return frontEnds.mqtt().port();
    }

    /** The TCP port of the AMQP front end. */
    public int amqpPort() {
        return frontEnds.amqp().port();
    }

    /** What devices call this provisioning service. */
    public String idScope() {
        return idScope;
    }

    /** The authorities that issue certificates to devices, for whoever runs this server. */
    public AuthorityRegistry authorities() {
        return authorities;
    }

    /** The PEM file with the authority that clients must trust: the operator's own chain, or what the server made. */
    public Path authorityCertificate() {
        return config.tls().certificate().orElseGet(() -> config.dataDirectory().resolve("ca.pem"));
    }

    /** The file, readable by its owner alone, with the token for the control plane and {@code /muster/}. */
    public Path adminTokenFile() {
        return adminTokenFile(config);
    }

    private static Path adminTokenFile(Config config) {
        return config.dataDirectory().resolve("admin.token");
    }

    /** What the operator should know of how it started, in full sentences. */
    public List<String> notices() {
        return notices;
    }

    /** Ends every connection and returns once all that was accepted is on disk. */
    @Override
    public void close() {
        parts.close();
    }
}
