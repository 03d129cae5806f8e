package dev.muster.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.attestation.Attestor.Attested;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificate.Basis.Kind;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Devices that come back with the certificate that they were issued. */
class OperationalCertificatesTest {
    private static final RegistrationId DEVICE = new RegistrationId("device-1");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final Map<String, Object> ISSUING = Map.of("credentialPolicyName", "plant");
    private static final Basis GROUP = new Basis(Kind.ENROLLMENT_GROUP, "group");
    private static final Basis INDIVIDUAL = new Basis(Kind.INDIVIDUAL_ENROLLMENT, "device-1");
    private static final Basis HUB = new Basis(Kind.HUB, "hub.example");
    private static final Attestation KEYS =
            new Attestation.SharedKeys(new SymmetricKeys(SymmetricKey.of(new byte[16]), SymmetricKey.of(new byte[16])));

    private Instant now = START;
    private final InstantSource clock = () -> now;
    private final TestIssuer issuer = new TestIssuer(clock).with("plant", VALIDITY);
    private final FakeEnrollments enrolled = new FakeEnrollments();
    private final FakeGroups groups = new FakeGroups();
    private final FakeAuthorities authorities = new FakeAuthorities();

    @Test
    void deviceWithAKey_comesBackWithItsCertificate() {
        enroll(ISSUING, true);
        Certificate own = issuer.issued("plant", "device-1", INDIVIDUAL);

        Attested attested = attest(Duration.ZERO, own);

        assertThat(attested.enrollment().title()).isEqualTo("individual enrollment 'device-1'");
        assertThat(attested.proof()).isEqualTo(new Proof.Leaf(own));
    }

    @Test
    void deviceOfAGroup_comesBackWithWhatItRenewed() {
        group(ISSUING, true);
        issuer.issued("plant", "device-1", GROUP);
        now = START.plusSeconds(60);

        assertThat(attest(Duration.ZERO, issuer.issued("plant", "device-1", HUB))
                        .enrollment()
                        .title())
                .isEqualTo("enrollment group 'group'");
    }

    @Test
    void disabledEnrollment_decidesAllTheSame() {
        group(ISSUING, false);
        Certificate own = issuer.issued("plant", "device-1", GROUP);
        assertThat(attest(Duration.ZERO, own).enrollment().settings().enabled()).isFalse();

        enroll(ISSUING, false);
        assertThat(attest(Duration.ZERO, own).enrollment().title()).isEqualTo("individual enrollment 'device-1'");
        assertThat(attest(Duration.ZERO, own).enrollment().settings().enabled()).isFalse();
    }

    @Test
    void enrollmentThatNoLongerIssues_takesNoneBack() {
        Certificate own = issuer.issued("plant", "device-1", GROUP);
        group(Map.of(), true);
        assertThat(refusal(Duration.ZERO, own)).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);

        enroll(Map.of(), true);
        assertThat(refusal(Duration.ZERO, own)).isEqualTo(Reason.UNAUTHORIZED);
    }

    @Test
    void certificateOfAnother_isNoProof() {
        enroll(ISSUING, true);

        assertThat(refusal(Duration.ZERO, issuer.issued("plant", "device-2", INDIVIDUAL)))
                .isEqualTo(Reason.UNAUTHORIZED);
        assertThat(refusal(
                        Duration.ZERO,
                        issuer.signed("plant", "device-1", INDIVIDUAL).certificate()))
                .as("never recorded")
                .isEqualTo(Reason.UNAUTHORIZED);
    }

    @Test
    void expiredCertificate_isRefused_unlessTheOwnerAcceptsItForAWhile() {
        enroll(ISSUING, true);
        Certificate own = issuer.issued("plant", "device-1", INDIVIDUAL);
        now = own.notAfter().plus(Duration.ofDays(2));

        assertThat(refusal(Duration.ZERO, own)).isEqualTo(Reason.CERTIFICATE_REFUSED);
        assertThat(refusal(Duration.ofDays(1), own)).isEqualTo(Reason.CERTIFICATE_REFUSED);
        assertThat(attest(Duration.ofDays(3), own).proof()).isEqualTo(new Proof.Leaf(own));
    }

    /** The authority's certificate may be a group's too; then the rules of X.509 hold, but for the date. */
    @Test
    void expiredCertificateUnderAnEnrolledAuthority_isTreatedAlike() {
        Certificate own = issuer.issued("plant", "device-1", GROUP);
        Certificate root = issuer.chain(own).getLast();
        groups.bySigner.put(root.thumbprint(), newGroup(ISSUING, true));
        authorities.verified.add(root.thumbprint());
        assertThat(attest(Duration.ZERO, own, root).enrollment().title()).isEqualTo("enrollment group 'group'");

        now = own.notAfter().plus(Duration.ofDays(2));

        assertThat(refusal(Duration.ZERO, own, root)).isEqualTo(Reason.CERTIFICATE_REFUSED);
        assertThat(attest(Duration.ofDays(3), own, root).proof()).isEqualTo(new Proof.Leaf(own));
    }

    private Attested attest(Duration acceptExpired, Certificate... presented) {
        Attestor attestor = new Attestor(
                enrolled,
                groups,
                new Attestor.Certificates(
                        authorities,
                        _ -> List.of(),
                        new OperationalCertificates(issuer.certificates(), acceptExpired, clock)),
                new ChainValidator(),
                new TpmChallenges(new byte[32], clock, new Random(1)),
                clock);
        return attestor.attest(new Claim(
                "0ne00000012",
                DEVICE,
                new Peer("192.0.2.1", "HTTPS", List.of(presented), Optional.empty()),
                Optional.empty()));
    }

    private Reason refusal(Duration acceptExpired, Certificate... presented) {
        return catchThrowableOfType(Refusal.class, () -> attest(acceptExpired, presented))
                .reason();
    }

    private void enroll(Map<String, Object> further, boolean enabled) {
        enrolled.byId.put(
                DEVICE,
                new Enrollment.Individual(
                        DEVICE, Optional.empty(), KEYS, settings(enabled), Map.of(), further, stamp()));
    }

    private void group(Map<String, Object> further, boolean enabled) {
        groups.withSharedKeys.add(newGroup(further, enabled));
    }

    private static Enrollment.Group newGroup(Map<String, Object> further, boolean enabled) {
        return new Enrollment.Group("group", KEYS, settings(enabled), further, stamp());
    }

    private static Enrollment.Settings settings(boolean enabled) {
        return new Enrollment.Settings(
                enabled, false, new Enrollment.ReprovisionPolicy(true, true), Optional.empty(), List.of(), null, null);
    }

    private static Enrollment.Stamp stamp() {
        return new Enrollment.Stamp(new Etag("1"), START, START);
    }
}
