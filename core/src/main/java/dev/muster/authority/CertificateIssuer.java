package dev.muster.authority;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Port to those who issue certificates to devices that have proved who they are. Safe for any number of threads. */
public interface CertificateIssuer {
    /**
     * Signs a certificate, or waits until an authority elsewhere has. It is not recorded, and must not leave this
     * process before it is; so this may be done outside of the transaction that {@link #record} takes part in, since a
     * signature may take long.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND, INVALID_ARGUMENT for a request that cannot be met, FORBIDDEN, or UNAVAILABLE
     *     when the key, or the authority elsewhere, is not at hand
     */
    Issuance.Issued sign(Issuance.Order order);

    /** What comes of asking for a certificate. */
    sealed interface Answer {
        record Given(Issuance.Issued issued) implements Answer {}

        /**
         * Nothing yet: the authority is to be asked, or asked again.
         *
         * @param host of the authority
         * @param pause after which, at the soonest
         */
        record Later(String host, Explanation why, Duration pause) implements Answer {}
    }

    /**
     * Signs where this process does, and asks nobody else.
     *
     * @throws Refusal as {@link #sign}
     */
    default Answer begin(Issuance.Order order) {
        return new Answer.Given(sign(order));
    }

    /**
     * As {@link #sign}, for whoever comes back: that the authority, or the key, is not at hand is an answer.
     *
     * @throws Refusal as {@link #sign}, but not UNAVAILABLE
     */
    Answer ask(Issuance.Order order);

    /** Whether {@link #sign} waits for somebody outside of this process. */
    boolean isElsewhere(String authority);

    /** Writes down what was signed, in the caller's transaction. */
    void record(Issuance.Issued issued);

    /**
     * Agreed to, if the device renews what it has.
     *
     * @param proof the certificate by which it has proved itself, and not by anything else
     */
    default Issuance.Order renewing(Issuance.Order order, Optional<Certificate> proof) {
        return proof.flatMap(certificate -> find(certificate.thumbprint()))
                .filter(issued -> issued.authority().equalsIgnoreCase(order.authority()))
                .map(_ -> order.withAgreement())
                .orElse(order);
    }

    /** What was issued, if it was by one of these. */
    Optional<IssuedCertificate> find(Thumbprint certificate);

    /** The chain of a certificate that was issued: itself first, then its issuers' up to the root. */
    List<Certificate> chain(IssuedCertificate issued);
}
