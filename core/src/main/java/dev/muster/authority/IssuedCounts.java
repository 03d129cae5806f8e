package dev.muster.authority;

import dev.muster.pki.Thumbprint;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.SortedMap;

/** Port to how many certificates were issued, for owners of more than one would list. */
public interface IssuedCounts {
    /**
     * How many one certificate of an authority has issued.
     *
     * @param issuer of the authority's own certificate
     * @param authority the authority's name
     */
    record OfIssuer(Thumbprint issuer, String authority, long count) {}

    /** The most first. */
    List<OfIssuer> byIssuer();

    /** By the month (UTC) in which they expire or have expired. */
    SortedMap<YearMonth, Long> byMonth();

    /** How many expire within a time. */
    long expiring(Instant from, Instant to);
}
