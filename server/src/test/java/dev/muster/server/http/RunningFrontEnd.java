package dev.muster.server.http;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.HubLink;
import dev.muster.allocation.LinkedHub;
import dev.muster.allocation.LinkedHubRegistry;
import dev.muster.allocation.LinkedHubs;
import dev.muster.allocation.LocalHub;
import dev.muster.attestation.Attestor;
import dev.muster.attestation.OperationalCertificates;
import dev.muster.attestation.TpmChallenges;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.Followers;
import dev.muster.authority.ForeignIssuers;
import dev.muster.authority.KeyVaults;
import dev.muster.authority.Rotation;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.SasToken;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificateRegistry;
import dev.muster.enrollment.CertificateRules;
import dev.muster.enrollment.EnrolledAuthorities;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.PreviewRegistry;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.hub.Sessions;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Issuer;
import dev.muster.registration.Assigner;
import dev.muster.registration.Backlog;
import dev.muster.registration.DeviceCertificates;
import dev.muster.registration.ProvisioningService;
import dev.muster.registration.Registrar;
import dev.muster.server.config.Config;
import dev.muster.server.memory.MemoryAccessPolicies;
import dev.muster.server.memory.MemoryAttempts;
import dev.muster.server.memory.MemoryAuthorities;
import dev.muster.server.memory.MemoryCaCertificates;
import dev.muster.server.memory.MemoryDeviceIdentities;
import dev.muster.server.memory.MemoryEnrollmentGroups;
import dev.muster.server.memory.MemoryEnrollments;
import dev.muster.server.memory.MemoryEvents;
import dev.muster.server.memory.MemoryHubLinks;
import dev.muster.server.memory.MemoryIssuedCertificates;
import dev.muster.server.memory.MemoryPendingOperations;
import dev.muster.server.memory.MemoryPreviewResources;
import dev.muster.server.memory.MemoryRegistrations;
import dev.muster.server.memory.MemoryResourceTags;
import dev.muster.server.memory.MemoryTransactions;
import dev.muster.server.memory.MemoryTwins;
import dev.muster.server.memory.NoIssuer;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The front end on a free port, over ports in memory and the real domain. */
final class RunningFrontEnd implements AutoCloseable {
    static final String ID_SCOPE = "0ne00000012";
    static final String HUB = "hub.example";
    static final String ADMINISTRATOR_TOKEN = "only for tests";
    static final SharedAccessPolicy SERVICE_OWNER =
            policy("provisioningserviceowner", EnumSet.range(Right.SERVICE_CONFIG, Right.REGISTRATION_STATUS_WRITE));
    static final SharedAccessPolicy HUB_OWNER =
            policy("iothubowner", EnumSet.range(Right.REGISTRY_READ, Right.DEVICE_CONNECT));

    final MemoryEnrollments enrollments = new MemoryEnrollments();
    final MemoryCaCertificates authorities = new MemoryCaCertificates();
    final MemoryEnrollmentGroups groups = new MemoryEnrollmentGroups(authorities);
    final MemoryRegistrations registrations = new MemoryRegistrations();
    final MemoryAttempts attempts = new MemoryAttempts();
    final MemoryDeviceIdentities identities = new MemoryDeviceIdentities();
    final MemoryAccessPolicies policies = new MemoryAccessPolicies();
    final MemoryEvents events = new MemoryEvents(2);
    final TestTls tls = new TestTls(TestIdentity.leaf("localhost"));

    private final MemoryTransactions transactions = new MemoryTransactions();
    private final SecureRandom random = new SecureRandom();
    private final Vertx vertx = Vertx.vertx();
    private final HttpFrontEnd frontEnd;

    RunningFrontEnd() {
        InstantSource clock = InstantSource.system();
        policies.put("dps", SERVICE_OWNER);
        policies.put("hub/" + HUB, HUB_OWNER);
        Devices devices = new Devices(
                HUB, identities, new MemoryTwins(), new Sessions(), new MemoryTransactions(), clock, random);
        MemoryHubLinks links = new MemoryHubLinks();
        LinkedHubs linked = new LinkedHubs(List.of(new LocalHub(devices)), links, Unreachable::new);
        MemoryPreviewResources previews = new MemoryPreviewResources();
        Registrar registrar = new Registrar(
                new Registrar.Identity(ID_SCOPE, new byte[32]),
                new Attestor(
                        enrollments,
                        groups,
                        new Attestor.Certificates(
                                authorities,
                                authorities,
                                new OperationalCertificates(new MemoryIssuedCertificates(), Duration.ZERO, clock)),
                        new ChainValidator(),
                        new TpmChallenges(new byte[32], clock, random),
                        clock),
                new Assigner(
                        new Allocation(linked),
                        registrations,
                        new Backlog(new MemoryPendingOperations(), transactions, clock, "this"),
                        new NoIssuer(),
                        transactions,
                        clock,
                        random),
                new DeviceCertificates(new NoIssuer(), enrollments, groups, previews),
                registrations,
                attempts,
                new Registrar.Ambient(clock, random));
        AccessPolicyRegistry policyRegistry = new AccessPolicyRegistry(policies, transactions, random);
        frontEnd = HttpFrontEnd.start(
                vertx,
                new Config.Listen("127.0.0.1", 0, 0, 0),
                tls,
                new HttpFrontEnd.Services(
                        new HttpFrontEnd.Provisioning(
                                "muster",
                                ID_SCOPE,
                                Duration.ofSeconds(2),
                                registrar,
                                new HttpFrontEnd.Registries(
                                        new EnrollmentRegistry(
                                                enrollments,
                                                groups,
                                                linked,
                                                new CertificateRules(new MemoryAuthorities(), previews),
                                                transactions,
                                                clock,
                                                random),
                                        new CaCertificateRegistry(authorities, transactions, clock, random),
                                        new PreviewRegistry(previews, _ -> {}, transactions, clock, random),
                                        new ProvisioningService(
                                                policyRegistry,
                                                new LinkedHubRegistry(links, linked, transactions),
                                                new MemoryResourceTags(),
                                                transactions),
                                        issuers(clock)),
                                registrations),
                        new Hubs(Map.of(devices, List.of(HUB))),
                        events,
                        attempts,
                        new HttpFrontEnd.Additions(List.of(), List.of()),
                        new HttpFrontEnd.Access(policies, policyRegistry, ADMINISTRATOR_TOKEN),
                        new HttpFrontEnd.Ambient(clock, random, "test", () -> 8883, () -> 5671)));
    }

    private HttpFrontEnd.Issuers issuers(InstantSource clock) {
        MemoryAuthorities stored = new MemoryAuthorities();
        KeyVaults vaults = new KeyVaults(Map.of());
        Followers followers = new EnrolledAuthorities(groups, authorities, clock, random);
        AuthorityRegistry registry = new AuthorityRegistry(
                stored, new MemoryIssuedCertificates(), vaults, _ -> Issuer.Pointers.none(), clock, random);
        return new HttpFrontEnd.Issuers(
                registry,
                new Rotation(stored, registry, vaults, followers, transactions, clock, random),
                new ForeignIssuers(stored, vaults, authorities, followers, transactions, clock, random));
    }

    int port() {
        return frontEnd.port();
    }

    String url(String path) {
        return "https://localhost:" + port() + path;
    }

    /** The URL of a registration, or of something below it. */
    String registration(String id, String below) {
        return url("/" + ID_SCOPE + "/registrations/" + id + below + "?api-version=2019-03-31");
    }

    void enroll(TestIdentity device, String registrationId) {
        enrollments.put(
                new Enrollment.Individual(
                        new RegistrationId(registrationId),
                        Optional.empty(),
                        new Attestation.ClientCertificates(new Slots<>(device.certificate(), null)),
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        Map.of(),
                        stamp()),
                new Precondition.Always());
    }

    void enrollGroup(TestIdentity authority, String id) {
        authorities.put(
                new CaCertificate(id, authority.certificate(), Optional.empty(), true, stamp()),
                new Precondition.Always());
        groups.put(
                new Enrollment.Group(
                        id,
                        new Attestation.SigningCertificates(new Slots<>(authority.certificate(), null)),
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        stamp()),
                new Precondition.Always());
    }

    @Override
    public void close() {
        frontEnd.close();
        vertx.close().await();
    }

    /** Headers of a caller who has the policy's key. */
    static Map<String, String> signed(SharedAccessPolicy policy, String host) {
        String expiry = Long.toString(Instant.now().plusSeconds(60).getEpochSecond());
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(policy.primaryKey()),
                (host + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        String encoded = URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8);
        return Map.of(
                "Authorization",
                "SharedAccessSignature sr=" + host + "&sig=" + encoded + "&se=" + expiry + "&skn=" + policy.name());
    }

    private static SharedAccessPolicy policy(String name, Set<Right> rights) {
        String key = Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
        return new SharedAccessPolicy(name, key, key, rights);
    }

    private Enrollment.Stamp stamp() {
        return new Enrollment.Stamp(Etag.random(random), Instant.now(), Instant.now());
    }

    /** A hub of another server, which is never asked for anything. */
    private record Unreachable(HubLink link) implements LinkedHub {
        @Override
        public String hostName() {
            return link.hostName();
        }

        @Override
        public boolean isLocal() {
            return false;
        }

        @Override
        public Optional<Data.Moved> data(String deviceId) {
            throw new AssertionError();
        }

        @Override
        public void provision(NewDevice device) {
            throw new AssertionError();
        }

        @Override
        public void remove(String deviceId) {
            throw new AssertionError();
        }
    }
}
