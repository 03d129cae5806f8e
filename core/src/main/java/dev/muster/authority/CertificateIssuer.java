package dev.muster.authority;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;

/** Port to those who issue certificates to devices that have proved who they are. Safe for any number of threads. */
public interface CertificateIssuer {
    /**
     * Signs a certificate. It is not recorded, and must not leave this process before it is; so this may be done
     * outside of the transaction that {@link #record} takes part in, since a signature may take long.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND, INVALID_ARGUMENT for a request that cannot be met, FORBIDDEN, or UNAVAILABLE
     *     when the key is not at hand
     */
    Issuance.Issued sign(Issuance.Order order);

    /** Writes down what was signed, in the caller's transaction. */
    void record(Issuance.Issued issued);

    /** What was issued, if it was by one of these. */
    Optional<IssuedCertificate> find(Thumbprint certificate);

    /** The chain of a certificate that was issued: itself first, then its issuers' up to the root. */
    List<Certificate> chain(IssuedCertificate issued);
}
