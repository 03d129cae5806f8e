package dev.muster.enrollment;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.base.SymmetricKeys;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Decides whether a device is who it says, and by which enrollment. Individual enrollments come first, then the groups
 * from the leaf's issuer upward or those whose key made the token, and the first hit decides: a disabled one is
 * returned like any other and never fallen through. Stateless but for what the validator remembers; safe for any number
 * of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-service#attestation-mechanism">DPS: attestation
 *     mechanism</a>
 */
public final class Attestor {
    private final Enrollments enrollments;
    private final CertificateAttestor certificates;
    private final TokenAttestor tokens;

    public Attestor(
            Enrollments enrollments,
            EnrollmentGroups groups,
            CaCertificates authorities,
            KnownAuthorities known,
            ChainValidator validator,
            InstantSource clock) {
        this.enrollments = enrollments;
        this.certificates = new CertificateAttestor(groups, authorities, known, validator, clock);
        this.tokens = new TokenAttestor(groups, clock);
    }

    /** A proof that held, and the enrollment that decides, which may be a disabled one. */
    public record Attested(Enrollment enrollment, Proof proof) {}

    /** @throws Refusal UNAUTHORIZED, CERTIFICATE_REFUSED or CERTIFICATE_AUTHORITY_UNKNOWN */
    public Attested attest(Claim claim) {
        Optional<Enrollment.Individual> individual = enrollments.find(claim.id());
        if (individual.isPresent()) {
            return new Attested(individual.get(), prove(claim, individual.get()));
        }
        Optional<SasToken> token = claim.peer().token();
        if (token.isPresent()) {
            return tokens.attest(claim, token.get());
        }
        Certificate leaf = claim.peer()
                .leaf()
                .orElseThrow(() -> claim.unproved(
                        "it presented no client certificate and sent no token",
                        "give the SDK the device's certificate chain and key, or its symmetric key"));
        return certificates.attest(claim, leaf);
    }

    private Proof prove(Claim claim, Enrollment.Individual enrollment) {
        return switch (enrollment.attestation()) {
            case Attestation.ClientCertificates(var enrolled) -> certificates.attest(claim, enrollment, enrolled);
            case Attestation.SharedKeys(SymmetricKeys keys) -> tokens.attest(claim, enrollment, keys);
            case Attestation.SigningCertificates _, Attestation.CertificateAuthorities _ ->
                throw new IllegalStateException(enrollment.title() + " has the attestation of a group");
        };
    }
}
