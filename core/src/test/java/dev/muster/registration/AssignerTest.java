package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.FakeHub;
import dev.muster.allocation.HubLinksInMemory;
import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.allocation.LinkedHubs;
import dev.muster.attestation.Attestor.Attested;
import dev.muster.attestation.Proof;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Etag;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.DeviceCertificates.Grant;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Substatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which work is done at once, and what hubs are told. */
final class AssignerTest {
    private static final RegistrationId DEVICE = new RegistrationId("device-1");
    private static final SymmetricKeys KEYS =
            new SymmetricKeys(SymmetricKey.of(new byte[16]), SymmetricKey.of(new byte[16]));
    private static final InitialTwin TWIN = new InitialTwin(Map.of("plant", 7), Map.of("interval", 5));
    private static final ReprovisionPolicy MIGRATE = new ReprovisionPolicy(true, true);
    private static final ReprovisionPolicy RESET = new ReprovisionPolicy(true, false);
    private static final ReprovisionPolicy NEVER = new ReprovisionPolicy(false, false);

    private final FakeHub one = FakeHub.local("one.example");
    private final FakeHub two = FakeHub.local("two.example");
    private final FakeHub far = FakeHub.remote("far.example");
    private final StoreInMemory store = new StoreInMemory();
    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    private final HubLinksInMemory links = HubLinksInMemory.of("far.example");
    private final LinkedHubs linked = new LinkedHubs(List.of(one, two), links, _ -> far);
    private final TestIssuer issuer = new TestIssuer(clock);
    private final Assigner assigner = new Assigner(
            new Allocation(linked),
            store,
            new Backlog(store, store, clock, "this"),
            issuer.issuer(),
            store,
            clock,
            new Random(1));

    @Test
    void hubsOfThisProcess_areToldAtOnce() {
        assertThat(register(one, MIGRATE)).isInstanceOf(Assigned.class);
        assertThat(register(two, MIGRATE)).isInstanceOf(Assigned.class);

        assertThat(one.removed).containsExactly("device-1");
        assertThat(store.due(DEVICE)).isEmpty();
    }

    @Test
    void remoteHub_isToldLater() {
        assertThat(register(far, MIGRATE)).isEqualTo(new Assigning(Optional.empty()));

        assertThat(far.provisioned).isEmpty();
        assertThat(store.due(DEVICE)).contains(clock.instant());
    }

    /** A newer registration that needs nobody else settles what an older one had left. */
    @Test
    void hubOfThisProcess_afterARemoteOne_isToldAtOnce() {
        register(far, MIGRATE);

        assertThat(register(one, MIGRATE)).isInstanceOf(Assigned.class);
        assertThat(one.provisioned).hasSize(1);
    }

    @Test
    void deviceThatIsNew_startsWithTheInitialTwin() {
        register(one, NEVER);

        assertThat(one.provisioned.getLast().initialTwin()).contains(TWIN);
    }

    @Test
    void deviceThatComesBack_keepsItsTwinUnlessThePolicyIsReset() {
        for (ReprovisionPolicy policy : List.of(MIGRATE, NEVER)) {
            register(one, policy);
            register(one, policy);
            assertThat(one.provisioned.getLast().initialTwin()).isEmpty();
        }

        register(one, RESET);

        assertThat(one.provisioned.getLast().initialTwin()).contains(TWIN);
    }

    @Test
    void deviceThatMoves_startsAnewUnderReset_andNotUnderMigrate() {
        register(one, MIGRATE);
        register(two, MIGRATE);
        assertThat(two.provisioned).extracting(NewDevice::initialTwin).containsExactly(Optional.empty());

        register(one, RESET);
        assertThat(one.provisioned.getLast().initialTwin()).contains(TWIN);
    }

    @Test
    void dataOfADeviceThatMoves_goWithItUnderMigrate_andAreForgottenUnderReset() {
        Data.Moved data = new Data.Moved(Map.of(), Map.of(), Map.of("firmware", "1.2"));
        register(one, MIGRATE);
        one.data.put("device-1", data);
        register(two, MIGRATE);
        assertThat(two.provisioned.getLast().data()).isEqualTo(data);

        two.data.put("device-1", data);
        register(one, RESET);
        assertThat(one.provisioned.getLast().data()).isEqualTo(new Data.Forgotten());
    }

    /** Nothing can be brought along from there, and it must not be said that it was. */
    @Test
    void deviceWhoseHubIsNoLongerLinked_beginsAsANewOneDoes() {
        links.delete("far.example");
        linked.refresh();
        for (ReprovisionPolicy policy : List.of(MIGRATE, NEVER)) {
            store.put(new Registration(
                    DEVICE,
                    new Assigned(
                            new Assignment("far.example", DEVICE.value(), Optional.empty()),
                            Substatus.INITIAL_ASSIGNMENT),
                    Optional.empty(),
                    new Credential.Key(),
                    clock.instant(),
                    clock.instant(),
                    new Etag("e")));

            assertThat(register(one, policy))
                    .isInstanceOfSatisfying(
                            Assigned.class,
                            assigned -> assertThat(assigned.substatus()).isEqualTo(Substatus.INITIAL_ASSIGNMENT));
            assertThat(one.provisioned.getLast().initialTwin()).contains(TWIN);
        }
        assertThat(far.removed).isEmpty();
    }

    @Test
    void disabledDevice_goesBackToItsHubWhenItIsEnabled() {
        register(one, NEVER);
        assigner.assign(candidate(enrollment(two, NEVER, false)), origin()).join();

        assertThat(register(two, NEVER))
                .isInstanceOfSatisfying(
                        Assigned.class,
                        assigned -> assertThat(assigned.assignment().hub()).isEqualTo("one.example"));
    }

    /** Both of two devices that registered at once are let in by the hub, whichever of the two was slower. */
    @Test
    void certificateThatWasIssued_isToldToTheHubBesideTheOneBefore() {
        issuer.with("plant", Duration.ofDays(30));
        Issued first = signed();
        Issued second = signed();
        Issued third = signed();

        for (Issued issued : List.of(first, second, third)) {
            assigner.assign(candidate(enrollment(one, MIGRATE, true), Optional.of(issued)), origin())
                    .join();
        }

        assertThat(one.provisioned)
                .extracting(NewDevice::authentication)
                .containsExactly(
                        selfSigned(first, Optional.empty()),
                        selfSigned(second, Optional.of(first)),
                        selfSigned(third, Optional.of(second)));
        assertThat(issuer.issued("device-1")).hasSize(3);
        assertThat(store.find(DEVICE).map(DeviceCertificates::issued))
                .contains(List.of(thumbprint(third), thumbprint(second)));
    }

    @Test
    void certificateOfADeviceThatIsSettledLater_waitsWithIt() {
        issuer.with("plant", Duration.ofDays(30));
        Issued issued = signed();

        Registration registration = assigner.assign(
                        candidate(enrollment(far, MIGRATE, true), Optional.of(issued)), origin())
                .join();

        assertThat(DeviceCertificates.issued(registration)).isEmpty();
        assertThat(issuer.issued("device-1")).hasSize(1);
        assertThat(store.claim("this", clock.instant(), clock.instant(), 1, Set.of()))
                .extracting(operation -> operation.recognition().certificates())
                .containsExactly(List.of(thumbprint(issued)));
    }

    @Test
    void certificateOfADeviceThatGetsNoHub_isForgotten() {
        issuer.with("plant", Duration.ofDays(30));

        assigner.assign(
                        candidate(enrollment(FakeHub.local("gone.example"), NEVER, true), Optional.of(signed())),
                        origin())
                .join();

        assertThat(issuer.issued("device-1")).isEmpty();
    }

    private Issued signed() {
        return issuer.signed("plant", DEVICE.value(), new Basis(Basis.Kind.ENROLLMENT_GROUP, "plant"));
    }

    private static Thumbprint thumbprint(Issued issued) {
        return issued.certificate().thumbprint();
    }

    private static Authentication selfSigned(Issued primary, Optional<Issued> secondary) {
        return new Authentication.SelfSigned(
                Optional.of(thumbprint(primary).hex()),
                secondary.map(AssignerTest::thumbprint).map(Thumbprint::hex));
    }

    private static Assigner.Candidate candidate(Enrollment enrollment) {
        return candidate(enrollment, Optional.empty());
    }

    private static Assigner.Candidate candidate(Enrollment enrollment, Optional<Issued> issued) {
        return new Assigner.Candidate(
                DEVICE,
                new Attested(enrollment, proof()),
                Optional.empty(),
                issued.<Grant>map(Grant.Signed::new).orElseGet(Grant.Nothing::new));
    }

    private RegistrationState register(FakeHub hub, ReprovisionPolicy policy) {
        return assigner.assign(candidate(enrollment(hub, policy, true)), origin())
                .join()
                .state();
    }

    private static Proof proof() {
        return new Proof.Keys(KEYS);
    }

    private static Origin origin() {
        return new Origin("device-1", "192.0.2.1", "HTTPS", List.of());
    }

    private static Enrollment enrollment(FakeHub hub, ReprovisionPolicy policy, boolean enabled) {
        return new Enrollment.Individual(
                DEVICE,
                Optional.empty(),
                new Attestation.SharedKeys(KEYS),
                new Enrollment.Settings(
                        enabled,
                        false,
                        policy,
                        Optional.of(AllocationPolicy.STATIC),
                        List.of(hub.hostName()),
                        null,
                        TWIN),
                Map.of(),
                Map.of(),
                new Enrollment.Stamp(new Etag("e"), Instant.EPOCH, Instant.EPOCH));
    }
}
