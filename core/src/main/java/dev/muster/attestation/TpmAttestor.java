package dev.muster.attestation;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;

/**
 * Challenges TPMs and judges the tokens that they make with what they took in. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-tpm-attestation">DPS: TPM attestation</a>
 */
final class TpmAttestor {
    private final TokenAttestor tokens;
    private final TpmChallenges challenges;

    TpmAttestor(TokenAttestor tokens, TpmChallenges challenges) {
        this.tokens = tokens;
        this.challenges = challenges;
    }

    /** @throws Refusal UNAUTHORIZED */
    byte[] challenge(Claim claim, Enrollment.Individual enrollment, TpmKeys tpm) {
        if (!(enrollment.attestation() instanceof Attestation.Tpm(TpmPublicKey enrolled, var _))) {
            throw claim.unproved(
                    "the " + enrollment.title() + " has "
                            + enrollment.attestation().kind() + " attestation, and the device wants to prove its TPM",
                    "let the device prove itself by " + enrollment.attestation().kind() + ", or change the enrollment");
        }
        check(claim, enrollment, enrolled, tpm);
        return challenges.seal(claim.id(), tpm);
    }

    /** @throws Refusal UNAUTHORIZED */
    void checkToken(Claim claim, Enrollment.Individual enrollment, TpmPublicKey enrolled) {
        SasToken token = tokens.token(claim, enrollment);
        if (!challenges.keys(claim.id(), enrolled).signed(token)) {
            throw claim.unproved(
                    "its token is not made with the key that its TPM was sent in the last hour",
                    "let it register anew, and see that it is the TPM of the " + enrollment.title());
        }
    }

    /** @throws Refusal UNAUTHORIZED */
    Proof attest(Claim claim, Enrollment.Individual enrollment, TpmPublicKey enrolled) {
        checkToken(claim, enrollment, enrolled);
        TpmKeys tpm = claim.tpm()
                .orElseThrow(() -> claim.unproved(
                        "it did not name the keys of its TPM",
                        "let it register over HTTPS or AMQP, where SDKs send them"));
        check(claim, enrollment, enrolled, tpm);
        return new Proof.Tpm(tpm);
    }

    private static void check(Claim claim, Enrollment.Individual enrollment, TpmPublicKey enrolled, TpmKeys tpm) {
        if (!tpm.endorsementKey().equals(enrolled)) {
            throw claim.unproved(
                    "its endorsement key " + tpm.endorsementKey() + " is not that of the " + enrollment.title() + ", "
                            + enrolled,
                    "enroll the endorsement key of the device, or use the device that is enrolled");
        }
    }
}
