package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocations.Target;
import dev.muster.base.Refusal;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.Issuer.Pointers;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationGate;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.TestAuthority;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RevocationsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(TestAuthority.NOW);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Grounds STOLEN = Grounds.of(RevocationReason.KEY_COMPROMISE, "owner");
    private static final Grounds LENT = Grounds.of(RevocationReason.CERTIFICATE_HOLD, "owner");

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final AuthorityRegistry registry =
            new AuthorityRegistry(store, store, store.vaults(), _ -> Issuer.Pointers.none(), CLOCK, RANDOM);
    private final Issuance issuance =
            new Issuance(store, store, store.vaults(), RevocationStatus.NONE, _ -> Pointers.none(), CLOCK, RANDOM);
    private final RevocationsInMemory log = new RevocationsInMemory();
    private final List<Revocation> told = new ArrayList<>();
    private final RevokedCertificates revoked = new RevokedCertificates(log, told::addAll);
    private final RevocationGate gate = new RevocationGate(new ChainValidator(revoked), revoked);
    private final Revocations revocations = new Revocations(log, revoked, store, store, new Immediate(), CLOCK);

    private final Authority root = created("root", Optional.empty());
    private final Authority plant = created("plant", Optional.of("root"));
    private final List<Certificate> device = issued("device-1");

    @Test
    void revokedCertificate_isRefusedFromThenOn_withWhenAndWhy() {
        List<Certificate> other = issued("device-2");
        gate.check(device);

        Revocation revocation = revoke(new Target.Named(device.getFirst().thumbprint()), STOLEN);

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> gate.check(device));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CERTIFICATE_REFUSED);
        assertThat(refusal.explanation().orElseThrow().subject()).contains("CN=device-1");
        assertThat(refusal.explanation().orElseThrow().rule())
                .isEqualTo("it was revoked on 2026-07-01T12:00:00Z (keyCompromise)");
        assertThat(revocation.place().orElseThrow().issuer())
                .isEqualTo(own(plant).thumbprint());
        assertThat(told).containsExactly(revocation);
        gate.check(other);
    }

    @Test
    void serialNumber_findsWhatTheAuthorityHasIssued() {
        BigInteger serial = device.getFirst().x509().getSerialNumber();

        assertThat(revoke(new Target.Serial("PLANT", serial), STOLEN).certificate())
                .isEqualTo(device.getFirst().thumbprint());
        assertThatThrownBy(() -> revoke(new Target.Serial("root", serial), STOLEN))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("no certificate with the serial number");
    }

    @Test
    void revokedAuthority_isRefusedWithAllBelowIt_thoughTheDeviceSendsItsLeafAlone() {
        Revocation revocation = revoke(new Target.OwnAuthority("plant", OptionalInt.of(1)), STOLEN);

        assertThat(revocation.place().orElseThrow().issuer())
                .isEqualTo(own(root).thumbprint());
        assertRefused(device);
        assertRefused(List.of(device.getFirst()));
    }

    @Test
    void revokedRoot_isInNoList_andRefusesWhatIsTwoLevelsBelow() {
        assertThat(revoke(new Target.OwnAuthority("root", OptionalInt.empty()), STOLEN)
                        .place())
                .isEmpty();

        assertRefused(device);
    }

    @Test
    void foreignCertificate_isRevokedByItselfOrByItsThumbprint() {
        TestAuthority foreign = TestAuthority.root("CN=Foreign");
        Certificate one = foreign.leaf("CN=one");
        Certificate two = foreign.leaf("CN=two");

        assertThat(revoke(new Target.Whole(one), STOLEN).place()).isEmpty();
        assertThat(revoke(new Target.Named(two.thumbprint()), STOLEN).mayIssue())
                .isTrue();

        assertRefused(List.of(one));
        assertRefused(List.of(two, foreign.certificate()));
    }

    @Test
    void secondRevocation_changesNothing() {
        Target target = new Target.Whole(device.getFirst());
        Revocation first = revoke(target, STOLEN);
        Revocation second = revoke(target, Grounds.of(RevocationReason.SUPERSEDED, "somebody else"));

        assertThat(second).isEqualTo(first);
        assertThat(told).containsExactly(first);
    }

    @Test
    void hold_isTakenBack_orMadeForGood() {
        Target target = new Target.Whole(device.getFirst());
        Thumbprint thumbprint = device.getFirst().thumbprint();
        revoke(target, LENT);
        assertRefused(device);

        revocations.release(thumbprint);
        gate.check(device);
        assertThat(revocations.release(thumbprint).stands()).isFalse();

        revoke(target, LENT);
        revoke(target, STOLEN);
        assertRefused(device);
        assertThatThrownBy(() -> revocations.release(thumbprint))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("for good");
    }

    @Test
    void whatWasNeverRevoked_isNotTakenBack() {
        assertThatThrownBy(() -> revocations.release(device.getFirst().thumbprint()))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("not revoked");
    }

    @Test
    void ofSeveralTargets_noneIsRevokedIfOneIsUnknown() {
        assertThatThrownBy(() -> revocations.revoke(
                        List.of(
                                new Target.OwnAuthority("nowhere", OptionalInt.empty()),
                                new Target.Whole(device.getFirst())),
                        STOLEN))
                .isInstanceOf(Refusal.class);

        gate.check(device);
    }

    @Test
    void otherProcess_followsTheLog() {
        RevokedCertificates elsewhere = new RevokedCertificates(log, _ -> {});
        revoke(new Target.Whole(device.getFirst()), STOLEN);
        assertThat(elsewhere.objection(device.getFirst(), List.of())).isEmpty();

        elsewhere.follow();

        assertThat(elsewhere.objection(device.getFirst(), List.of())).isPresent();
    }

    private void assertRefused(List<Certificate> presented) {
        assertThatThrownBy(() -> gate.check(presented))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CERTIFICATE_REFUSED));
    }

    private Revocation revoke(Target target, Grounds grounds) {
        return revocations.revoke(List.of(target), grounds).getFirst();
    }

    private Authority created(String name, Optional<String> issuer) {
        return registry.create(new Draft(
                name,
                issuer,
                new Subject(name, Optional.empty(), 0),
                new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                IssuingRules.defaults()));
    }

    private static Certificate own(Authority authority) {
        return authority.current().orElseThrow().chain().getFirst();
    }

    private List<Certificate> issued(String id) {
        Issuance.Issued issued = issuance.sign(new Issuance.Order(
                "plant",
                id,
                Csr.of(id, KeyAlgorithm.EC_P256.generate(RANDOM)),
                new Basis(Basis.Kind.ENROLLMENT_GROUP, "plant-7")));
        issuance.record(issued);
        return issued.chain();
    }

    /** Every write is on disk at once. */
    private static final class Immediate implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }
    }
}
