package dev.muster.server.mqtt;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Transactions;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Attestor;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.CaCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.hub.DeviceIdentities;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.Devices;
import dev.muster.hub.Event;
import dev.muster.hub.Events;
import dev.muster.hub.Hubs;
import dev.muster.hub.Sessions;
import dev.muster.hub.Telemetry;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Allocation;
import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import dev.muster.registration.LocalHub;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registration;
import dev.muster.registration.Registrations;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Both services over state in memory, for as long as a test runs. */
final class Service {
    static final String ID_SCOPE = "0ne00000001";
    static final String HUB = "hub.example";

    final InMemoryEnrollments enrollments = new InMemoryEnrollments();
    final InMemoryEvents events = new InMemoryEvents();
    final Sessions sessions = new Sessions();
    final InMemoryIdentities identities = new InMemoryIdentities();
    final Devices devices = new Devices(HUB, identities, sessions, InstantSource.system(), new Random(1));
    final List<Attempt> attempts = new CopyOnWriteArrayList<>();

    MqttFrontEnd.Services services() {
        Attestor attestor = new Attestor(
                enrollments,
                new NoGroups(),
                new NoAuthorities(),
                _ -> List.of(),
                new ChainValidator(),
                InstantSource.system());
        Registrar registrar = new Registrar(
                new Registrar.Identity(ID_SCOPE, new byte[32]),
                attestor,
                new Allocation(List.of(new LocalHub(devices)), AllocationPolicy.HASHED),
                new InMemoryRegistrations(),
                new RecordedAttempts(attempts),
                new NoTransactions(),
                new Registrar.Ambient(InstantSource.system(), new Random(2)));
        return new MqttFrontEnd.Services(
                registrar,
                new Hubs(Map.of(devices, List.of(HUB))),
                new Telemetry(events, InstantSource.system()),
                Duration.ofSeconds(3),
                InstantSource.system());
    }

    /** Enrolls a device by its certificate. */
    void enroll(String registrationId, Identity identity) {
        enrollments.put(
                new Enrollment.Individual(
                        new RegistrationId(registrationId),
                        Optional.empty(),
                        new Attestation.ClientCertificates(new Slots<>(certificate(identity), null)),
                        Enrollment.Settings.defaults(),
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

    static final class InMemoryEnrollments implements Enrollments {
        private final Map<RegistrationId, Enrollment.Individual> stored = new ConcurrentHashMap<>();

        @Override
        public Optional<Enrollment.Individual> find(RegistrationId id) {
            return Optional.ofNullable(stored.get(id));
        }

        @Override
        public void put(Enrollment.Individual enrollment, Precondition precondition) {
            stored.put(enrollment.registrationId(), enrollment);
        }

        @Override
        public void delete(RegistrationId id, Precondition precondition) {
            stored.remove(id);
        }

        @Override
        public Page<Enrollment.Individual> page(Page.Request request) {
            return new Page<>(List.copyOf(stored.values()), Optional.empty());
        }
    }

    private static final class NoGroups implements EnrollmentGroups {
        @Override
        public Optional<Enrollment.Group> find(String id) {
            return Optional.empty();
        }

        @Override
        public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
            return Optional.empty();
        }

        @Override
        public void put(Enrollment.Group group, Precondition precondition) {}

        @Override
        public void delete(String id, Precondition precondition) {}

        @Override
        public Page<Enrollment.Group> page(Page.Request request) {
            return new Page<>(List.of(), Optional.empty());
        }
    }

    private static final class NoAuthorities implements CaCertificates {
        @Override
        public Optional<CaCertificate> find(String name) {
            return Optional.empty();
        }

        @Override
        public List<CaCertificate> list() {
            return List.of();
        }

        @Override
        public void put(CaCertificate certificate, Precondition precondition) {}

        @Override
        public void delete(String name, Precondition precondition) {}

        @Override
        public boolean isVerified(Thumbprint thumbprint) {
            return false;
        }
    }

    private static final class InMemoryRegistrations implements Registrations {
        private final Map<RegistrationId, Registration> stored = new ConcurrentHashMap<>();

        @Override
        public Optional<Registration> find(RegistrationId id) {
            return Optional.ofNullable(stored.get(id));
        }

        @Override
        public void put(Registration registration) {
            stored.put(registration.id(), registration);
        }

        @Override
        public void delete(RegistrationId id, Precondition precondition) {
            stored.remove(id);
        }

        @Override
        public Page<Registration> ofGroup(String groupId, Page.Request request) {
            return new Page<>(List.of(), Optional.empty());
        }
    }

    private record RecordedAttempts(List<Attempt> attempts) implements Attempts {
        @Override
        public void record(Attempt attempt) {
            attempts.add(attempt);
        }

        @Override
        public List<Attempt> of(String registrationId, int limit) {
            return attempts;
        }

        @Override
        public List<Attempt> list(boolean failedOnly, int limit) {
            return attempts;
        }
    }

    private static final class NoTransactions implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    }

    static final class InMemoryIdentities implements DeviceIdentities {
        private final Map<String, DeviceIdentity> stored = new ConcurrentHashMap<>();

        @Override
        public Optional<DeviceIdentity> find(String hub, String deviceId) {
            return Optional.ofNullable(stored.get(deviceId));
        }

        @Override
        public void put(DeviceIdentity identity, Precondition precondition) {
            stored.put(identity.deviceId(), identity);
        }

        @Override
        public void delete(String hub, String deviceId, Precondition precondition) {
            stored.remove(deviceId);
        }

        @Override
        public Page<DeviceIdentity> page(String hub, Page.Request request) {
            return new Page<>(List.copyOf(stored.values()), Optional.empty());
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
