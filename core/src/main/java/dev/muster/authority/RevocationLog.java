package dev.muster.authority;

import dev.muster.base.Page;
import dev.muster.pki.Thumbprint;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port to the stored revocations, one to a certificate. Every write has a number, greater than all before it by the
 * time that others can see it, so that each process can follow what any of them has written.
 */
public interface RevocationLog {
    /** Writes it in place of what is there of its certificate. */
    void put(Revocation revocation);

    Optional<Revocation> find(Thumbprint certificate);

    /** @param issuer of the certificate of the authority that has issued it */
    Optional<Revocation> find(Thumbprint issuer, BigInteger serial);

    /** What was written after a number, in the order of the numbers; of several writes to a certificate the last. */
    Changes after(long number, int limit);

    /**
     * A part of what was written.
     *
     * @param last the number of the last one; the one that was asked from where there is none
     */
    record Changes(List<Revocation> revocations, long last) {
        public Changes {
            revocations = List.copyOf(revocations);
        }
    }

    /** Those of one issuer's certificates, released ones too, that expire at this time or later; in any order. */
    List<Revocation> of(Thumbprint issuer, Instant expiring);

    /** The number of the last write that concerns the issuer; 0 for none. */
    long latest(Thumbprint issuer);

    /** All of them, the last written first. */
    Page<Revocation> list(Page.Request request);
}
