package dev.muster.pki;

import java.util.List;
import java.util.Optional;

/** Port to who knows which certificates hold no longer. Safe for any number of threads. */
public interface RevocationStatus {
    /** Objects to nothing. */
    RevocationStatus NONE = new RevocationStatus() {
        @Override
        public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
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

    /**
     * Answers from memory where no issuers are given; else it may ask elsewhere, and take seconds.
     *
     * @param issuers that are known to have signed it and each other, nearest first
     */
    Optional<Objection> objection(Certificate certificate, List<Certificate> issuers);

    /** Whether it may object to an authority, so that a leaf cannot be judged by itself. */
    boolean concernsAuthorities();

    /**
     * For the owner, in a sentence: what those elsewhere who were asked say of a certificate that nothing speaks
     * against. Empty where nobody was asked. May take as long as {@link #objection}.
     */
    default Optional<String> evidence(Certificate certificate, List<Certificate> issuers) {
        return Optional.empty();
    }
}
