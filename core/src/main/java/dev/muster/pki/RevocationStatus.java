package dev.muster.pki;

import java.util.Optional;

/** Port to who knows which certificates hold no longer. Answers from memory; safe for any number of threads. */
public interface RevocationStatus {
    /** Objects to nothing. */
    RevocationStatus NONE = new RevocationStatus() {
        @Override
        public Optional<Objection> objection(Certificate certificate, Optional<Certificate> issuer) {
            return Optional.empty();
        }

        @Override
        public boolean concernsAuthorities() {
            return false;
        }
    };

    /**
     * What speaks against a certificate.
     *
     * @param rule as in {@link dev.muster.base.Explanation}
     * @param remedy likewise
     */
    record Objection(String rule, String remedy) {}

    /** @param issuer the certificate that is known to have signed it; empty where none is */
    Optional<Objection> objection(Certificate certificate, Optional<Certificate> issuer);

    /** Whether it may object to an authority, so that a leaf cannot be judged by itself. */
    boolean concernsAuthorities();
}
