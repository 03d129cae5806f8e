package dev.muster.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.LinkedHubs;
import dev.muster.allocation.LocalHub;
import dev.muster.attestation.Attestor;
import dev.muster.attestation.OperationalCertificates;
import dev.muster.attestation.TpmChallenges;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificate;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.hub.Devices;
import dev.muster.hub.Sessions;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import dev.muster.registration.Assigner;
import dev.muster.registration.Attempt;
import dev.muster.registration.Backlog;
import dev.muster.registration.DeviceCertificates;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrar.Operation;
import dev.muster.registration.RegistrationState;
import dev.muster.server.memory.MemoryAttempts;
import dev.muster.server.memory.MemoryHubLinks;
import dev.muster.server.memory.MemoryIssuedCertificates;
import dev.muster.server.memory.MemoryPendingOperations;
import dev.muster.server.memory.MemoryPreviewResources;
import dev.muster.server.memory.NoIssuer;
import dev.muster.server.store.JsonDocuments;
import dev.muster.server.store.SqlCaCertificates;
import dev.muster.server.store.SqlDeviceIdentities;
import dev.muster.server.store.SqlEnrollmentGroups;
import dev.muster.server.store.SqlEnrollments;
import dev.muster.server.store.SqlRegistrations;
import dev.muster.server.store.SqlTwins;
import dev.muster.server.store.certificate.SqlKnownAuthorities;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Registrations that an event loop starts, over real stores. */
@ParameterizedClass
@EnumSource(Engine.class)
final class RegistrationAtOnceIT {
    private static final String ID_SCOPE = "0ne00000012";
    private static final String HUB = "hub.example";

    /** What is read of groups is believed for a second over PostgreSQL, so on a slow machine some come too late. */
    private static final int TRIES = 20;

    private final TestStore store;
    private final SqlEnrollments enrollments;
    private final SqlEnrollmentGroups groups;
    private final SqlCaCertificates authorities;
    private final SqlRegistrations registrations;
    private final MemoryAttempts attempts = new MemoryAttempts();
    private final Registrar registrar;
    private final TestIdentity plant = TestIdentity.selfSigned("Plant");

    private final AtomicInteger handedOver = new AtomicInteger();
    private final Executor others = work -> {
        handedOver.incrementAndGet();
        Thread.startVirtualThread(work);
    };

    RegistrationAtOnceIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        Database database = store.database();
        JsonDocuments documents = new JsonDocuments();
        enrollments = new SqlEnrollments(database, documents);
        groups = new SqlEnrollmentGroups(database, documents);
        authorities = new SqlCaCertificates(database);
        registrations = new SqlRegistrations(database, documents);
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        Devices devices = new Devices(
                HUB,
                new SqlDeviceIdentities(database),
                new SqlTwins(database, documents),
                new Sessions(),
                database,
                clock,
                random);
        LinkedHubs linked = new LinkedHubs(List.of(new LocalHub(devices)), new MemoryHubLinks(), _ -> {
            throw new AssertionError("no other hub is linked");
        });
        registrar = new Registrar(
                new Registrar.Identity(ID_SCOPE, new byte[32]),
                new Attestor(
                        enrollments,
                        groups,
                        new Attestor.Certificates(
                                authorities,
                                new SqlKnownAuthorities(database),
                                new OperationalCertificates(new MemoryIssuedCertificates(), Duration.ZERO, clock)),
                        new ChainValidator(),
                        new TpmChallenges(new byte[32], clock, random),
                        clock),
                new Assigner(
                        new Allocation(linked),
                        registrations,
                        new Backlog(new MemoryPendingOperations(), database, clock, "this"),
                        new NoIssuer(),
                        database,
                        clock,
                        random),
                new DeviceCertificates(new NoIssuer(), enrollments, groups, new MemoryPreviewResources()),
                registrations,
                attempts,
                new Registrar.Ambient(clock, random));
        authorities.put(
                new CaCertificate("plant", plant.certificate(), Optional.empty(), true, stamp()),
                new Precondition.Always());
        groups.put(
                new Enrollment.Group(
                        "plant",
                        new Attestation.SigningCertificates(new Slots<>(plant.certificate(), null)),
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        stamp()),
                new Precondition.Always());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void devicesOfAKnownGroup_areRegisteredWithNobodyWaiting() {
        start("first");
        int first = handedOver.get();
        for (int device = 0; device < TRIES; device++) {
            start("device-" + device);
        }

        assertThat(first).isOne();
        assertThat(handedOver.get()).isLessThan(TRIES);
        for (int device = 0; device < TRIES; device++) {
            assertThat(registrations
                            .find(new RegistrationId("device-" + device))
                            .orElseThrow()
                            .state())
                    .isInstanceOf(RegistrationState.Assigned.class);
        }
    }

    @Test
    void deviceWithAnEnrollmentOfItsOwn_isJudgedByThat() {
        start("other");
        TestIdentity device = plant.issueLeaf("device");
        enroll("device", device, false);

        Operation operation = start(device, "device");

        assertThat(operation.registration().state()).isInstanceOf(RegistrationState.Disabled.class);
        assertThat(operation.registration().groupId()).isEmpty();
        assertThat(attempts.of("device", 10))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.enrollment()).contains("individual enrollment 'device'"));
    }

    @Test
    void deviceWithAnEnrollmentOfItsOwn_needsNoGroupThatWouldTakeIt() {
        start("other");
        TestIdentity stranger = TestIdentity.selfSigned("Elsewhere").issueLeaf("device");
        enroll("device", stranger, true);

        assertThat(start(stranger, "device").registration().state()).isInstanceOf(RegistrationState.Assigned.class);
    }

    @Test
    void refusal_leavesOneRecordAndNoRegistration() {
        start("other");

        assertThatThrownBy(() -> start(plant.issueLeaf("somebody"), "device"))
                .cause()
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().rule())
                                .contains("common name"));
        assertThat(attempts.of("device", 10))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.succeeded()).isFalse());
        assertThat(registrations.find(new RegistrationId("device"))).isEmpty();
    }

    @Test
    void requestForAnotherService_leavesOneRecord() {
        Peer device = peer(plant.issueLeaf("device"));

        assertThatThrownBy(() -> registrar
                        .startToRegister(new Registrar.Request("0ne00000099", "device", device), others)
                        .join())
                .cause()
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.UNAUTHORIZED));
        assertThat(attempts.of("device", 10)).hasSize(1).noneMatch(Attempt::succeeded);
    }

    private void start(String id) {
        assertThat(start(plant.issueLeaf(id), id).registration().groupId()).contains("plant");
    }

    private Operation start(TestIdentity device, String id) {
        return registrar
                .startToRegister(new Registrar.Request(ID_SCOPE, id, peer(device)), others)
                .join();
    }

    private static Peer peer(TestIdentity device) {
        return new Peer("192.0.2.1", "HTTPS", device.certificates(), Optional.empty());
    }

    private void enroll(String id, TestIdentity device, boolean enabled) {
        enrollments.put(
                new Enrollment.Individual(
                        new RegistrationId(id),
                        Optional.empty(),
                        new Attestation.ClientCertificates(new Slots<>(device.certificate(), null)),
                        new Enrollment.Settings(
                                enabled,
                                false,
                                new Enrollment.ReprovisionPolicy(true, true),
                                Optional.empty(),
                                List.of(),
                                null,
                                null),
                        Map.of(),
                        Map.of(),
                        stamp()),
                new Precondition.Always());
    }

    private static Enrollment.Stamp stamp() {
        return new Enrollment.Stamp(new Etag("1"), Instant.now(), Instant.now());
    }
}
