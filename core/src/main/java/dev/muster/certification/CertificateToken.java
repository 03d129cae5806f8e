package dev.muster.certification;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A JSON web token (RFC 7519) that the holder of a certificate has signed with its key.
 *
 * @param algorithm as RFC 7518 spells it
 * @param thumbprint of the certificate in hexadecimal, SHA-1 or SHA-256
 * @param signed what the signature is of
 */
public record CertificateToken(
        String algorithm,
        String thumbprint,
        Optional<Instant> notBefore,
        Instant expires,
        byte[] signed,
        byte[] signature) {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** @throws Refusal UNAUTHORIZED when it is not this certificate's, or not good now */
    void check(Certificate certificate, Instant now) {
        if (!thumbprint.equalsIgnoreCase(Thumbprint.sha1(certificate.der()))
                && !thumbprint.equalsIgnoreCase(certificate.thumbprint().hex())) {
            throw refused("it names the certificate " + thumbprint, "sign with the key of " + certificate.subject());
        }
        if (now.isAfter(expires.plus(CLOCK_SKEW))
                || notBefore
                        .filter(start -> now.isBefore(start.minus(CLOCK_SKEW)))
                        .isPresent()) {
            throw refused("it is good until " + expires + " and not now", "make a new one, and check the clock");
        }
        if (!isSignedBy(certificate)) {
            throw refused("its signature does not verify", "sign with the key of " + certificate.subject());
        }
    }

    private boolean isSignedBy(Certificate certificate) {
        String name = switch (algorithm) {
            case "RS256" -> "SHA256withRSA";
            case "ES256" -> "SHA256withECDSAinP1363Format";
            case "ES384" -> "SHA384withECDSAinP1363Format";
            default -> throw refused("its algorithm is none of RS256, ES256 and ES384", "use one of them");
        };
        try {
            Signature verification = Signature.getInstance(name);
            verification.initVerify(certificate.x509().getPublicKey());
            verification.update(signed);
            return verification.verify(signature);
        } catch (GeneralSecurityException _) {
            // A key of another kind, or a signature of another form.
            return false;
        }
    }

    /** The signature is as good as a password, so the text form leaves it out. */
    @Override
    public String toString() {
        return "CertificateToken[" + thumbprint + "]";
    }

    private static Refusal refused(String rule, String remedy) {
        return new Refusal(
                Reason.UNAUTHORIZED,
                "The token of the certificate is not accepted.",
                new Explanation("token", rule, remedy));
    }
}
