package dev.muster.authority;

import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.time.Instant;

/**
 * A certificate that an authority of this process has issued to a device.
 *
 * @param issuer of the authority's own certificate
 * @param authority the authority's name
 * @param subject the id of the device
 * @param basis by whose leave it was issued
 */
public record IssuedCertificate(
        Certificate certificate, Thumbprint issuer, String authority, String subject, Basis basis, Instant issued) {
    /**
     * Why a device may have a certificate.
     *
     * @param id of the enrollment, the group or the hub; of an owner what the owner calls itself
     */
    public record Basis(Kind kind, String id) {
        /** What allows it. */
        public enum Kind {
            INDIVIDUAL_ENROLLMENT,
            ENROLLMENT_GROUP,
            /** The device is known to a hub, and renews. */
            HUB,
            OWNER
        }
    }
}
