package dev.muster.pki.revocation;

import java.time.Instant;

/** What those who issued a certificate say of it. Immutable. */
public sealed interface Verdict {
    /** @param by for the owner: who says so, and of when that is */
    record Good(String by) implements Verdict {}

    /** @param by likewise */
    record Revoked(Instant time, RevocationReason reason, String by) implements Verdict {}

    /** @param why for the owner: what kept us from knowing */
    record Unknown(String why) implements Verdict {}
}
