package dev.muster.server.mqtt;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.LinkedHubs;
import dev.muster.allocation.LocalHub;
import dev.muster.attestation.Attestor;
import dev.muster.attestation.OperationalCertificates;
import dev.muster.attestation.TpmChallenges;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.base.Transactions;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.hub.DeviceIdentities;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.Devices;
import dev.muster.hub.Event;
import dev.muster.hub.Events;
import dev.muster.hub.Hubs;
import dev.muster.hub.Renewal;
import dev.muster.hub.Renewals;
import dev.muster.hub.Sessions;
import dev.muster.hub.StoredRenewals;
import dev.muster.hub.Telemetry;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.registration.Assigner;
import dev.muster.registration.Attempts;
import dev.muster.registration.Backlog;
import dev.muster.registration.DeviceCertificates;
import dev.muster.registration.Registrar;
import dev.muster.server.memory.MemoryAttempts;
import dev.muster.server.memory.MemoryCaCertificates;
import dev.muster.server.memory.MemoryDeviceIdentities;
import dev.muster.server.memory.MemoryEnrollmentGroups;
import dev.muster.server.memory.MemoryEnrollments;
import dev.muster.server.memory.MemoryHubLinks;
import dev.muster.server.memory.MemoryIssuedCertificates;
import dev.muster.server.memory.MemoryPendingOperations;
import dev.muster.server.memory.MemoryPreviewResources;
import dev.muster.server.memory.MemoryRegistrations;
import dev.muster.server.memory.MemoryTransactions;
import dev.muster.server.memory.MemoryTwins;
import dev.muster.server.memory.NoIssuer;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.wire.certificate.RenewalBodies;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Both services over state in memory, for as long as a test runs. */
final class Service {
    static final String ID_SCOPE = "0ne00000001";
    static final String HUB = "hub.example";

    final Enrollments enrollments = new MemoryEnrollments();
    final InMemoryEvents events = new InMemoryEvents();
    final Sessions sessions = new Sessions();
    final DeviceIdentities identities = new MemoryDeviceIdentities();
    private final Transactions transactions = new MemoryTransactions();
    final Devices devices = new Devices(
            HUB, identities, new MemoryTwins(), sessions, transactions, InstantSource.system(), new Random(1));
    final Attempts attempts = new MemoryAttempts();
    volatile Runnable beforeRegistration = () -> {};

    MqttFrontEnd.Services services() {
        MemoryCaCertificates authorities = new MemoryCaCertificates();
        Attestor attestor = new Attestor(
                enrollments,
                new MemoryEnrollmentGroups(authorities),
                new Attestor.Certificates(
                        authorities,
                        authorities,
                        new OperationalCertificates(
                                new MemoryIssuedCertificates(), Duration.ZERO, InstantSource.system())),
                new ChainValidator(),
                new TpmChallenges(new byte[32], InstantSource.system(), new Random(1)),
                InstantSource.system());
        MemoryRegistrations registrations = new MemoryRegistrations();
        Registrar registrar = new Registrar(
                new Registrar.Identity(ID_SCOPE, new byte[32]),
                attestor,
                new Assigner(
                        new Allocation(new LinkedHubs(List.of(new LocalHub(devices)), new MemoryHubLinks(), _ -> {
                            throw new AssertionError();
                        })),
                        registrations,
                        new Backlog(new MemoryPendingOperations(), transactions, InstantSource.system(), "this"),
                        new NoIssuer(),
                        new Registering(),
                        InstantSource.system(),
                        new Random(2)),
                new DeviceCertificates(
                        new NoIssuer(),
                        enrollments,
                        new MemoryEnrollmentGroups(authorities),
                        new MemoryPreviewResources()),
                registrations,
                attempts,
                new Registrar.Ambient(InstantSource.system(), new Random(2)));
        return new MqttFrontEnd.Services(
                new ProvisioningSession.Services(registrar, Duration.ofSeconds(3), InstantSource.system()),
                new Hubs(Map.of(devices, List.of(HUB))),
                new Telemetry(events, InstantSource.system()),
                new CredentialTopics.Services(
                        new Renewals(new NoRenewals(), new NoIssuer(), transactions, InstantSource.system()),
                        RenewalBodies.Form.DER,
                        InstantSource.system()),
                InstantSource.system());
    }

    private static final class NoRenewals implements StoredRenewals {
        @Override
        public Optional<Renewal> find(String hub, String deviceId) {
            return Optional.empty();
        }

        @Override
        public void put(Renewal renewal) {
            throw new AssertionError("nothing can be renewed");
        }
    }

    /** Transactions that a test can let fail. */
    private final class Registering implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            beforeRegistration.run();
            return transactions.run(work);
        }

        @Override
        public void afterCommit(Runnable action) {
            transactions.afterCommit(action);
        }
    }

    /** Enrolls a device by its certificate. */
    void enroll(String registrationId, Identity identity) {
        enroll(registrationId, new Attestation.ClientCertificates(new Slots<>(certificate(identity), null)));
    }

    /** Enrolls a device by its symmetric key. */
    void enroll(String registrationId, String key) {
        SymmetricKey shared = new SymmetricKey(key);
        enroll(registrationId, new Attestation.SharedKeys(new SymmetricKeys(shared, shared)));
    }

    private void enroll(String registrationId, Attestation attestation) {
        enrollments.put(
                new Enrollment.Individual(
                        new RegistrationId(registrationId),
                        Optional.empty(),
                        attestation,
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        Map.of(),
                        new Enrollment.Stamp(new Etag("1"), Instant.EPOCH, Instant.EPOCH)),
                new Precondition.Always());
    }

    /** Creates a device in the hub that connects by its certificate. */
    DeviceIdentity create(String deviceId, Identity identity) {
        return create(
                deviceId,
                DeviceIdentity.Authentication.SelfSigned.of(
                        certificate(identity).thumbprint()));
    }

    DeviceIdentity create(String deviceId, DeviceIdentity.Authentication authentication) {
        return devices.put(
                new Devices.Definition(deviceId, true, "", authentication, false), new Precondition.Always());
    }

    private static Certificate certificate(Identity identity) {
        try {
            return Certificate.parse(identity.certificate().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One partition, whose writes a test can hold up or let fail. */
    static final class InMemoryEvents implements Events {
        final List<Event.Message> messages = new CopyOnWriteArrayList<>();
        volatile Runnable beforeWrite = () -> {};

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Event append(Event.Message message, Instant enqueued) {
            beforeWrite.run();
            messages.add(message);
            return new Event(0, messages.size() - 1L, enqueued, message);
        }

        @Override
        public List<Event> read(int partition, long from, int limit) {
            return List.of();
        }

        @Override
        public long end(int partition) {
            return messages.size();
        }

        @Override
        public void expire(Instant before) {}
    }
}
