package dev.muster.pki;

import dev.muster.base.Refusal;
import java.util.List;

/**
 * Keeps out peers whose certificate, or one above it, was revoked, where no path to an anchor is validated: a hub knows
 * its devices by their thumbprints. Safe for any number of threads.
 */
public final class RevocationGate {
    /** Lets everybody pass. */
    public static final RevocationGate OPEN = new RevocationGate(new ChainValidator(), _ -> List.of());

    private final ChainValidator validator;
    private final KnownAuthorities known;

    public RevocationGate(ChainValidator validator, KnownAuthorities known) {
        this.validator = validator;
        this.known = known;
    }

    /**
     * Judges what a peer presented. May ask authorities elsewhere, and take seconds then.
     *
     * @param presented leaf first; nothing is said of no certificates
     * @throws Refusal CERTIFICATE_REFUSED, its explanation naming the certificate and when and why it was revoked
     */
    public void check(List<Certificate> presented) {
        if (presented.isEmpty()) {
            return;
        }
        validator.refuseRevoked(path(presented));
    }

    /** As {@link ChainValidator#evidence}. */
    public String evidence(List<Certificate> presented) {
        return presented.isEmpty() ? "" : validator.evidence(path(presented));
    }

    private Path path(List<Certificate> presented) {
        return validator.status().concernsAuthorities()
                ? validator.build(presented, known)
                : new Path(List.of(presented.getFirst()), "its issuers were not looked at");
    }
}
