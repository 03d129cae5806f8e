package dev.muster.external;

import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Port to an authority elsewhere. Each method waits for answers, for a limited time; what comes back is not judged yet.
 * Safe for any number of threads.
 */
public interface ExternalIssuer {
    /**
     * Asks all that can be asked without having a certificate issued.
     *
     * @return what the owner has to know if it cannot be used as it is linked; holds no secrets
     */
    Optional<String> objection();

    /** @param subject the id of the device, which is the common name in the request */
    Answer ask(String subject, Csr request);

    /** What came of it. What is said for the owner holds no secrets. */
    sealed interface Answer {
        /**
         * A certificate.
         *
         * @param others that came with it, in any order
         * @param authorities those that the authority says are its own, in any order
         */
        record Certified(Certificate certificate, List<Certificate> others, List<Certificate> authorities)
                implements Answer {
            public Certified {
                others = List.copyOf(others);
                authorities = List.copyOf(authorities);
            }
        }

        /**
         * It did not answer, or not yet.
         *
         * @param pause after which it wants to be asked again
         */
        record Later(String why, Duration pause) implements Answer {}

        /** It does not issue this. */
        record Refused(String why) implements Answer {}
    }
}
