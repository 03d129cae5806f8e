package dev.muster.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.authority.AuthoritiesInMemory;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Peer;
import dev.muster.tpm.TestTpm;
import dev.muster.tpm.TpmKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who is challenged and whose token counts; the key itself only a TPM can take out of a challenge. */
class TpmAttestorTest {
    private static final RegistrationId DEVICE = new RegistrationId("Device-1");
    private static final byte[] SECRET = new byte[32];
    private static final TpmKeys TPM = TestTpm.keys();
    private static final TpmKeys OTHER = TestTpm.keys();

    private final FakeEnrollments enrollments = new FakeEnrollments();
    private Instant now = Instant.parse("2026-06-01T12:30:00Z");
    private final InstantSource clock = () -> now;
    private final TpmChallenges challenges = new TpmChallenges(SECRET, clock, new Random(1));
    private final Attestor attestor = new Attestor(
            enrollments,
            new FakeGroups(),
            new Attestor.Certificates(
                    new FakeAuthorities(),
                    _ -> List.of(),
                    new OperationalCertificates(new AuthoritiesInMemory(), Duration.ZERO, clock)),
            new ChainValidator(),
            challenges,
            clock);

    @Test
    void enrolledTpm_isChallenged() {
        enroll(new Attestation.Tpm(TPM.endorsementKey(), Optional.empty()));

        assertThat(attestor.challenge(claim(Optional.of(TPM), Optional.empty())))
                .isNotEmpty();
    }

    @Test
    void otherTpm_isNotChallenged() {
        enroll(new Attestation.Tpm(TPM.endorsementKey(), Optional.empty()));

        assertThat(refused(
                                Refusal.Reason.UNAUTHORIZED,
                                () -> attestor.challenge(claim(Optional.of(OTHER), Optional.empty())))
                        .rule())
                .startsWith("its endorsement key SHA-256 ");
    }

    @Test
    void unknownDevice_isNotFound() {
        refused(
                Refusal.Reason.ENROLLMENT_NOT_FOUND,
                () -> attestor.challenge(claim(Optional.of(TPM), Optional.empty())));
    }

    @Test
    void tokenOfTheChallenge_countsForThisHourAndTheNext() {
        enroll(new Attestation.Tpm(TPM.endorsementKey(), Optional.empty()));
        SymmetricKey key = challenges.keys(DEVICE, TPM.endorsementKey()).primary();

        assertThat(attestor.attest(claim(Optional.of(TPM), token(key))).proof()).isEqualTo(new Proof.Tpm(TPM));
        now = now.plus(Duration.ofHours(1));
        assertThat(attestor.attest(claim(Optional.of(TPM), token(key))).proof()).isEqualTo(new Proof.Tpm(TPM));
        now = now.plus(Duration.ofHours(1));
        refused(Refusal.Reason.UNAUTHORIZED, () -> attestor.attest(claim(Optional.of(TPM), token(key))));
    }

    @Test
    void tokenOfAnotherTpmsChallenge_isRefused() {
        enroll(new Attestation.Tpm(TPM.endorsementKey(), Optional.empty()));
        SymmetricKey key = challenges.keys(DEVICE, OTHER.endorsementKey()).primary();

        refused(Refusal.Reason.UNAUTHORIZED, () -> attestor.attest(claim(Optional.of(TPM), token(key))));
    }

    @Test
    void poll_needsTheTokenAlone() {
        enroll(new Attestation.Tpm(TPM.endorsementKey(), Optional.empty()));
        SymmetricKey key = challenges.keys(DEVICE, TPM.endorsementKey()).primary();

        attestor.attestAgain(claim(Optional.empty(), token(key)));

        refused(Refusal.Reason.UNAUTHORIZED, () -> attestor.attestAgain(claim(Optional.empty(), Optional.empty())));
        refused(Refusal.Reason.UNAUTHORIZED, () -> attestor.attest(claim(Optional.empty(), token(key))));
    }

    private static Explanation refused(Refusal.Reason reason, ThrowingCallable action) {
        Refusal refusal = catchThrowableOfType(Refusal.class, action);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        return refusal.explanation().orElseThrow();
    }

    private static Claim claim(Optional<TpmKeys> tpm, Optional<SasToken> token) {
        return new Claim("0ne00ABCDEF", DEVICE, new Peer("192.0.2.1", "HTTPS", List.of(), token), tpm);
    }

    private Optional<SasToken> token(SymmetricKey key) {
        String resource = "0ne00ABCDEF/registrations/Device-1";
        long expiry = now.plusSeconds(60).getEpochSecond();
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(key.base64()), (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return Optional.of(new SasToken(resource, signature, Long.toString(expiry), Optional.empty()));
    }

    private void enroll(Attestation attestation) {
        enrollments.byId.put(
                DEVICE,
                new Enrollment.Individual(
                        DEVICE,
                        Optional.empty(),
                        attestation,
                        Enrollment.Settings.defaults(),
                        Map.of(),
                        Map.of(),
                        new Enrollment.Stamp(new Etag("1"), now, now)));
    }
}
