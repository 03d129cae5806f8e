package dev.muster.attestation;

import dev.muster.base.Explanation;
import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.CaCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import dev.muster.tpm.TpmKeys;
import dev.muster.tpm.TpmPublicKey;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Decides whether a device is who it says, and by which enrollment. Individual enrollments come first, then the groups
 * from the leaf's issuer upward or those whose key made the token, and the first hit decides: a disabled one is
 * returned like any other and never fallen through. Remembers no verdict; safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-service#attestation-mechanism">DPS: attestation
 *     mechanism</a>
 */
public final class Attestor {
    private final Enrollments enrollments;
    private final CertificateAttestor certificates;
    private final TokenAttestor tokens;
    private final TpmAttestor tpms;

    public Attestor(
            Enrollments enrollments,
            EnrollmentGroups groups,
            Certificates known,
            ChainValidator validator,
            TpmChallenges challenges,
            InstantSource clock) {
        this.enrollments = enrollments;
        this.certificates = new CertificateAttestor(groups, known, validator, clock);
        this.tokens = new TokenAttestor(groups, clock);
        this.tpms = new TpmAttestor(tokens, challenges);
    }

    /**
     * The certificates that are known here.
     *
     * @param uploaded those of the owner's authorities
     * @param known whatever else may lead from a device to one of these
     * @param operational those that were issued to devices
     */
    public record Certificates(CaCertificates uploaded, KnownAuthorities known, OperationalCertificates operational) {}

    /** A proof that held, and the enrollment that decides, which may be a disabled one. */
    public record Attested(Enrollment enrollment, Proof proof) {}

    /** @throws Refusal UNAUTHORIZED, CERTIFICATE_REFUSED or CERTIFICATE_AUTHORITY_UNKNOWN */
    public Attested attest(Claim claim) {
        return attest(claim, Trace.NONE);
    }

    /**
     * As {@link #attest(Claim)}.
     *
     * @param trace is told of each step before the next is taken
     */
    public Attested attest(Claim claim, Trace trace) {
        Optional<Enrollment.Individual> individual = enrollments.find(claim.id());
        if (individual.isPresent()) {
            trace.found(() -> "The " + individual.get().title() + " has this id, so it alone decides.");
            return new Attested(
                    individual.get(),
                    certificates
                            .attestIssued(claim, individual.get(), trace)
                            .orElseGet(() -> prove(claim, individual.get(), trace)));
        }
        trace.found(() -> "No individual enrollment has the id '" + claim.id() + "'.");
        Optional<SasToken> token = claim.peer().token();
        if (token.isPresent()) {
            return tokens.attest(claim, token.get());
        }
        Certificate leaf = claim.peer()
                .leaf()
                .orElseThrow(() -> claim.unproved(
                        "it presented no client certificate and sent no token",
                        "give the SDK the device's certificate chain and key, or its symmetric key"));
        return certificates.attest(claim, leaf, trace);
    }

    /**
     * What {@link #attest} comes to, if {@link #hasNoEnrollmentOfItsOwn} and nothing speaks against the device, as far
     * as that can be told from memory and with little work. Does not wait.
     */
    public Optional<Attested> attestAtOnce(Claim claim) {
        Optional<Certificate> leaf = claim.peer().leaf();
        if (claim.peer().token().isPresent() || leaf.isEmpty() || !certificates.knowIssuers(claim)) {
            return Optional.empty();
        }
        try {
            return NoWaiting.attempt(() -> certificates.attest(claim, leaf.get(), Trace.NONE));
        } catch (Refusal _) {
            // Its reason may be another, or there is none, if the device has an enrollment of its own.
            return Optional.empty();
        }
    }

    /** Whether there is no individual enrollment, which would decide about the device alone. */
    public boolean hasNoEnrollmentOfItsOwn(RegistrationId id) {
        return enrollments.find(id).isEmpty();
    }

    /**
     * What a device that has named its TPM must let that take in before it can prove to have it.
     *
     * @return the authentication key of the device API, see {@link dev.muster.tpm.KeyImport#seal}
     * @throws Refusal ENROLLMENT_NOT_FOUND, or UNAUTHORIZED when the device is not enrolled with this TPM
     */
    public byte[] challenge(Claim claim) {
        TpmKeys tpm = claim.tpm()
                .orElseThrow(() -> claim.unproved("it named no TPM", "let the SDK's TPM provider build the request"));
        Enrollment.Individual enrollment = enrollments
                .find(claim.id())
                .orElseThrow(() -> new Refusal(
                        Reason.ENROLLMENT_NOT_FOUND,
                        "Enrollment not found.",
                        new Explanation(
                                "device '" + claim.id() + "'",
                                "no individual enrollment has its id, and its endorsement key is "
                                        + tpm.endorsementKey(),
                                "enroll the device with this endorsement key")));
        return tpms.challenge(claim, enrollment, tpm);
    }

    /**
     * Judges a device that asks for what it has registered, by its token.
     *
     * @throws Refusal as {@link #attest}
     */
    public void attestAgain(Claim claim) {
        Optional<Enrollment.Individual> individual = enrollments.find(claim.id());
        if (individual.isPresent()
                && individual.get().attestation() instanceof Attestation.Tpm(TpmPublicKey enrolled, var _)) {
            // A poll has no body, in which it could name the TPM once more.
            tpms.checkToken(claim, individual.get(), enrolled);
        } else {
            attest(claim);
        }
    }

    /**
     * Judges anew the certificates of a device whose proof is known.
     *
     * @throws Refusal CERTIFICATE_REFUSED when one of them was revoked since
     */
    public void refuseRevoked(Claim claim) {
        certificates.refuseRevoked(claim);
    }

    private Proof prove(Claim claim, Enrollment.Individual enrollment, Trace trace) {
        return switch (enrollment.attestation()) {
            case Attestation.ClientCertificates(var enrolled) ->
                certificates.attest(claim, enrollment, enrolled, trace);
            case Attestation.SharedKeys(SymmetricKeys keys) -> tokens.attest(claim, enrollment, keys);
            case Attestation.Tpm(TpmPublicKey enrolled, var _) -> tpms.attest(claim, enrollment, enrolled);
            case Attestation.SigningCertificates _, Attestation.CertificateAuthorities _ ->
                throw new IllegalStateException(enrollment.title() + " has the attestation of a group");
        };
    }
}
