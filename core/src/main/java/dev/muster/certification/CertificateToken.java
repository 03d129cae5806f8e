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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON web token (RFC 7519) that the holder of a certificate has signed with its key.
 *
 * @param algorithm as RFC 7518 spells it
 * @param thumbprint of the certificate in hexadecimal, SHA-1 or SHA-256
 * @param signed what the signature is of
 */
public record CertificateToken(String algorithm, String thumbprint, Claims claims, byte[] signed, byte[] signature) {
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /** Real ones last half an hour; what was used is remembered as long. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final int MAX_ID = 256;

    /** What clients that were written for the portal CA say. */
    private static final String PORTAL = "ezca.io";

    /**
     * What it says of itself (RFC 7519 section 4.1).
     *
     * @param audiences for whom it was made; empty: it does not say
     * @param id that no other token of its certificate has
     */
    public record Claims(Optional<Instant> notBefore, Instant expires, List<String> audiences, Optional<String> id) {
        public Claims {
            audiences = List.copyOf(audiences);
        }
    }

    /**
     * Refuses what was made for others.
     *
     * @param names of this server, in lower case
     * @throws Refusal UNAUTHORIZED
     */
    public void checkAudience(Set<String> names) {
        if (!claims.audiences().isEmpty()
                && claims.audiences().stream()
                        .map(CertificateToken::host)
                        .noneMatch(host -> host.equals(PORTAL) || names.contains(host))) {
            throw refused(
                    "it was made for others (aud) than this server, which is one of "
                            + names.stream().sorted().toList(),
                    "make it for https://" + PORTAL
                            + " or this server, whose names are under tls.names in muster.yaml");
        }
    }

    /** Of an audience that is written as a URL, with or without a port. */
    private static String host(String audience) {
        return audience.toLowerCase(Locale.ROOT)
                .replaceFirst("^https://", "")
                .replaceFirst("/.*$", "")
                .replaceFirst(":\\d+$", "");
    }

    /** From when on it is refused. */
    Instant end() {
        return claims.expires().plus(CLOCK_SKEW);
    }

    /** @throws Refusal UNAUTHORIZED when it is not this certificate's, or not good now */
    void check(Certificate certificate, Instant now) {
        if (!thumbprint.equalsIgnoreCase(Thumbprint.sha1(certificate.der()))
                && !thumbprint.equalsIgnoreCase(certificate.thumbprint().hex())) {
            throw refused("it names the certificate " + thumbprint, "sign with the key of " + certificate.subject());
        }
        if (now.isAfter(end())
                || claims.notBefore()
                        .filter(start -> now.isBefore(start.minus(CLOCK_SKEW)))
                        .isPresent()) {
            throw refused(
                    "it is good until " + claims.expires() + " and not now", "make a new one, and check the clock");
        }
        if (claims.expires().isAfter(now.plus(LONGEST))) {
            throw refused("it is good for more than a day", "make one that is good for half an hour");
        }
        if (claims.id().filter(id -> id.length() > MAX_ID).isPresent()) {
            throw refused("its id (jti) has more than " + MAX_ID + " characters", "take a GUID");
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
