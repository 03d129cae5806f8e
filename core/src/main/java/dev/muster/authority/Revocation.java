package dev.muster.authority;

import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * That a certificate holds no longer, for its owner to look up and for others to be told. Immutable.
 *
 * @param place in which CRL it belongs; empty where none of this process's authorities has issued it
 * @param subject of the certificate, or whatever the owner knows it by
 * @param authority its certificate, if it may be an authority's and is known
 * @param mayIssue whether it may be an authority's
 * @param time since when
 * @param released when it was taken back; empty while it stands
 */
public record Revocation(
        Thumbprint certificate,
        Optional<Place> place,
        String subject,
        Optional<Certificate> authority,
        boolean mayIssue,
        Grounds grounds,
        Instant time,
        Optional<Instant> released) {
    /**
     * Where it is listed.
     *
     * @param issuer of the certificate of the authority that has issued it
     * @param notAfter when it expires anyhow
     */
    public record Place(Thumbprint issuer, BigInteger serial, Instant notAfter) {}

    /**
     * Why, and by whom.
     *
     * @param invalidity since when it is to be doubted what the certificate's key has signed
     * @param by who wanted it
     * @param note the owner's words; empty without any
     */
    public record Grounds(RevocationReason reason, Optional<Instant> invalidity, String by, String note) {
        public static Grounds of(RevocationReason reason, String by) {
            return new Grounds(reason, Optional.empty(), by, "");
        }
    }

    /** Whether the certificate is to be refused. */
    public boolean stands() {
        return released.isEmpty();
    }

    /** Whether it may be taken back, or another reason be put in its place. */
    boolean isHold() {
        return grounds.reason() == RevocationReason.CERTIFICATE_HOLD;
    }

    Revocation taken(Instant back) {
        return new Revocation(certificate, place, subject, authority, mayIssue, grounds, time, Optional.of(back));
    }
}
