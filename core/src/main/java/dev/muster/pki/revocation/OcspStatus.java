package dev.muster.pki.revocation;

import java.time.Instant;

/** What is known of a certificate (RFC 6960 section 2.2). Immutable. */
public sealed interface OcspStatus {
    /** It was issued, and is not revoked. */
    record Good() implements OcspStatus {}

    /** It is to be refused. */
    record Revoked(Instant time, RevocationReason reason) implements OcspStatus {}

    /** It was never issued, as far as is known. */
    record Unknown() implements OcspStatus {}
}
