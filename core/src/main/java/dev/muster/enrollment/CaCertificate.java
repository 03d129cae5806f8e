package dev.muster.enrollment;

import dev.muster.base.Etag;
import dev.muster.pki.Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * A CA certificate that the owner uploaded.
 *
 * @param name the owner's name for it, compared without regard to case
 * @param verificationCode what a verification certificate must carry as its common name; empty until one was asked for
 * @param verified whether possession of its key was proved, or the owner vouched for it on upload
 */
public record CaCertificate(
        String name,
        Certificate certificate,
        Optional<String> verificationCode,
        boolean verified,
        Enrollment.Stamp stamp) {
    /** The same certificate with a new code to prove. */
    public CaCertificate withVerificationCode(String code, Etag etag, Instant now) {
        return new CaCertificate(
                name, certificate, Optional.of(code), verified, new Enrollment.Stamp(etag, stamp.created(), now));
    }

    /** The same certificate, its code used up. */
    public CaCertificate proved(Etag etag, Instant now) {
        return new CaCertificate(
                name, certificate, Optional.empty(), true, new Enrollment.Stamp(etag, stamp.created(), now));
    }
}
