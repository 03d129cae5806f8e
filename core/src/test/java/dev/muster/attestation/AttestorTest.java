package dev.muster.attestation;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.AuthoritiesInMemory;
import dev.muster.base.Etag;
import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import dev.muster.pki.TestAuthority;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order and the rules of Azure's "X.509 attestation" page. */
class AttestorTest {
    private static final RegistrationId DEVICE = new RegistrationId("device-1");
    private static final Enrollment.Stamp STAMP = new Enrollment.Stamp(new Etag("1"), NOW, NOW);

    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority plant = root.intermediate("CN=Plant");
    private final TestAuthority line = plant.intermediate("CN=Line");
    private final Certificate leaf = line.leaf("CN=device-1");

    private final FakeEnrollments enrolled = new FakeEnrollments();
    private final FakeGroups groups = new FakeGroups();
    private final FakeAuthorities authorities = new FakeAuthorities();
    private final List<Certificate> known = new ArrayList<>();
    private final Attestor attestor = new Attestor(
            enrolled,
            groups,
            new Attestor.Certificates(
                    authorities,
                    subject -> known.stream()
                            .filter(certificate ->
                                    certificate.x509().getSubjectX500Principal().equals(subject))
                            .toList(),
                    new OperationalCertificates(new AuthoritiesInMemory(), Duration.ZERO, InstantSource.fixed(NOW))),
            new ChainValidator(),
            new TpmChallenges(new byte[32], InstantSource.fixed(NOW), new Random(1)),
            InstantSource.fixed(NOW));

    @Test
    void trace_tellsTheStepsUpToTheVerdict() {
        group("plant", plant, true);
        known.add(root.certificate());
        List<String> steps = new ArrayList<>();

        Refusal refusal = catchThrowableOfType(
                Refusal.class,
                () -> attestor.attest(
                        claim(leaf, line.certificate(), plant.certificate()), step -> steps.add(step.get())));

        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
        assertThat(steps)
                .containsExactly(
                        "No individual enrollment has the id 'device-1'.",
                        "Certificate 1 names the registration id 'device-1' as its common name.",
                        "The path is certificate 1 of 4, CN=device-1; signed by certificate 2 of 4, CN=Line; signed by"
                                + " certificate 3 of 4, CN=Plant; signed by certificate 4 of 4, CN=Root (known here); it"
                                + " goes no further, since it is self-signed.",
                        "The enrollment group 'plant' is the first to have an issuer of the path, certificate 3 of 4,"
                                + " CN=Plant.");

        verify(root);
        steps.clear();
        attestor.attest(claim(leaf, line.certificate(), plant.certificate()), step -> steps.add(step.get()));

        assertThat(steps.subList(4, 6))
                .containsExactly(
                        "The nearest verified certificate is certificate 4 of 4, CN=Root.",
                        "All rules of RFC 5280 hold from certificate 1 up to it.");
    }

    @Test
    void atOnce_isSaidWhatMemoryTells() {
        group("line", line, true);
        verify(line);

        Enrollment enrollment = attest(line.leaf("CN=device-1"), line.certificate());

        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate())).map(Attestor.Attested::enrollment))
                .contains(enrollment);
        assertThat(attestor.hasNoEnrollmentOfItsOwn(DEVICE)).isTrue();
    }

    @Test
    void atOnce_nothingIsSaidOfWhoIsRefused() {
        group("line", line, true);
        verify(line);
        attest(leaf, line.certificate());
        authorities.verified.clear();

        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate()))).isEmpty();
    }

    @Test
    void atOnce_nothingIsSaidOfWhatHasToBeRead() {
        group("line", line, true);
        verify(line);
        attest(leaf, line.certificate());
        groups.beforeLookup = NoWaiting::end;

        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate()))).isEmpty();
        assertThat(attest(leaf, line.certificate())).isInstanceOf(Enrollment.Group.class);
    }

    @Test
    void atOnce_nothingIsSaidOfIssuersThatNoDeviceCameWith() {
        group("line", line, true);
        verify(line);
        Certificate other = TestAuthority.root("CN=Line").certificate();

        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate()))).isEmpty();
        attest(leaf, line.certificate(), other);
        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate()))).isPresent();
        assertThat(attestor.attestAtOnce(claim(leaf, line.certificate(), other)))
                .isEmpty();
    }

    @Test
    void individualEnrollment_comesBeforeAnyGroup() {
        enroll(true, leaf, null);
        group("line", line, true);
        verify(line);

        assertThat(attest(leaf, line.certificate())).isInstanceOf(Enrollment.Individual.class);
    }

    @Test
    void disabledIndividual_isNotFallenThrough() {
        enroll(false, leaf, null);
        group("line", line, true);
        verify(line);

        assertThat(attest(leaf, line.certificate()).settings().enabled()).isFalse();
    }

    @Test
    void individualEnrollment_takesPrimaryAndSecondary() {
        Certificate older = TestAuthority.root(draft("CN=device-1")).certificate();
        Certificate newer = TestAuthority.root(draft("CN=DEVICE-1")).certificate();
        enroll(true, older, newer);

        assertThat(attest(older).title()).isEqualTo("individual enrollment 'device-1'");
        assertThat(attest(newer).title()).isEqualTo("individual enrollment 'device-1'");
    }

    @Test
    void individualEnrollment_takesNoOtherCertificate() {
        enroll(true, TestAuthority.root(draft("CN=device-1")).certificate(), null);
        group("line", line, true);
        verify(line);

        Refusal refusal = refusal(leaf, line.certificate());
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_REFUSED);
        assertThat(rule(refusal)).contains("neither the primary nor the secondary");
    }

    @Test
    void expiredIndividualCertificate_isRefused() {
        Certificate expired = TestAuthority.root(
                        draft("CN=device-1").valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1))))
                .certificate();
        enroll(true, expired, null);

        assertThat(rule(refusal(expired))).startsWith("it expired on");
    }

    @Test
    void nearestGroup_decides() {
        group("root", root, true);
        group("plant", plant, true);
        group("line", line, true);
        verify(root);

        assertThat(attest(leaf, line.certificate(), plant.certificate(), root.certificate())
                        .title())
                .isEqualTo("enrollment group 'line'");
    }

    @Test
    void disabledNearestGroup_isNotFallenThrough() {
        group("root", root, true);
        group("plant", plant, false);
        verify(root);

        Enrollment decided = attest(leaf, line.certificate(), plant.certificate(), root.certificate());
        assertThat(decided.title()).isEqualTo("enrollment group 'plant'");
        assertThat(decided.settings().enabled()).isFalse();
    }

    @Test
    void deletedGroup_makesWayForTheOneAbove() {
        group("root", root, true);
        verify(root);

        assertThat(attest(leaf, line.certificate(), plant.certificate(), root.certificate())
                        .title())
                .isEqualTo("enrollment group 'root'");
    }

    @Test
    void groupOfAVerifiedIntermediate_needsNoRoot() {
        group("line", line, true);
        verify(line);

        assertThat(attest(leaf, line.certificate()).title()).isEqualTo("enrollment group 'line'");
    }

    @Test
    void storedCertificates_needNotBeSent() {
        group("line", line, true);
        verify(root);
        known.addAll(List.of(line.certificate(), plant.certificate(), root.certificate()));

        assertThat(attest(leaf).title()).isEqualTo("enrollment group 'line'");
    }

    @Test
    void rootVerifiedAndMiddleMissing_isRefused() {
        group("line", line, true);
        verify(root);
        known.add(root.certificate());

        Refusal refusal = refusal(leaf, line.certificate());
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
        assertThat(rule(refusal)).contains("no certificate named CN=Plant was presented or is known");
    }

    @Test
    void verifiedAuthorityBelowTheGroup_doesNotVouchForIt() {
        group("plant", plant, true);
        verify(line);

        assertThat(refusal(leaf, line.certificate(), plant.certificate()).reason())
                .isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
    }

    @Test
    void unverifiedAuthority_isRefused() {
        group("line", line, true);

        Refusal refusal = refusal(leaf, line.certificate());
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
        assertThat(rule(refusal)).contains("enrollment group 'line'").contains("is verified");
    }

    @Test
    void chainWithoutAGroup_isRefused() {
        verify(root);

        Refusal refusal = refusal(leaf, line.certificate(), plant.certificate(), root.certificate());
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
        assertThat(rule(refusal)).contains("no enrollment group has an issuer of its chain");
    }

    @Test
    void impostorOfTheAuthoritysName_isRefused() {
        group("line", line, true);
        verify(line);
        known.add(line.certificate());
        Certificate forged = TestAuthority.root("CN=Line").leaf("CN=device-1");

        Refusal refusal = refusal(forged);
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_AUTHORITY_UNKNOWN);
        assertThat(rule(refusal)).contains("its signature does not verify with CN=Line");
    }

    @Test
    void expiredAuthority_isRefused() {
        TestAuthority old = TestAuthority.root(
                draft("CN=Old").authority().valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1))));
        group("old", old, true);
        verify(old);

        assertThat(rule(refusal(old.leaf("CN=device-1"), old.certificate()))).startsWith("it expired on");
    }

    @Test
    void disabledGroup_stillAsksForAValidChain() {
        group("line", line, false);
        verify(line);
        Certificate expired =
                line.issue(draft("CN=device-1").valid(NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofDays(1))));

        assertThat(rule(refusal(expired, line.certificate()))).startsWith("it expired on");
    }

    @Test
    void commonName_mustBeTheRegistrationId() {
        group("line", line, true);
        verify(line);

        Refusal refusal = refusal(line.leaf("CN=device-2"), line.certificate());
        assertThat(refusal.reason()).isEqualTo(Reason.CERTIFICATE_REFUSED);
        assertThat(rule(refusal)).isEqualTo("its common name is not the registration id 'device-1'");
        assertThat(attest(line.leaf("CN=DEVICE-1"), line.certificate()).title()).contains("line");
    }

    @Test
    void noCertificate_isUnauthorized() {
        assertThat(refusal().reason()).isEqualTo(Reason.UNAUTHORIZED);
    }

    private Enrollment attest(Certificate... presented) {
        return attestor.attest(claim(presented)).enrollment();
    }

    private static Claim claim(Certificate... presented) {
        return new Claim("0ne00000012", DEVICE, peer(presented), Optional.empty());
    }

    private Refusal refusal(Certificate... presented) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> attestor.attest(claim(presented)));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static String rule(Refusal refusal) {
        return refusal.explanation().orElseThrow().rule();
    }

    private static Peer peer(Certificate... presented) {
        return new Peer("192.0.2.1", "HTTPS", List.of(presented), Optional.empty());
    }

    private void enroll(boolean enabled, Certificate primary, @Nullable Certificate secondary) {
        enrolled.byId.put(
                DEVICE,
                new Enrollment.Individual(
                        DEVICE,
                        Optional.empty(),
                        new Attestation.ClientCertificates(new Slots<>(primary, secondary)),
                        settings(enabled),
                        Map.of(),
                        Map.of(),
                        STAMP));
    }

    private void group(String id, TestAuthority authority, boolean enabled) {
        groups.bySigner.put(
                authority.certificate().thumbprint(),
                new Enrollment.Group(
                        id,
                        new Attestation.SigningCertificates(new Slots<>(authority.certificate(), null)),
                        settings(enabled),
                        Map.of(),
                        STAMP));
    }

    private void verify(TestAuthority authority) {
        authorities.verified.add(authority.certificate().thumbprint());
    }

    private static Enrollment.Settings settings(boolean enabled) {
        return new Enrollment.Settings(
                enabled, false, new Enrollment.ReprovisionPolicy(true, true), Optional.empty(), List.of(), null, null);
    }
}
