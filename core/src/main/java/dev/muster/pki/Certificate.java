package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/** An X.509 certificate of any version (RFC 5280): parsed, not judged. Immutable; equal by its DER bytes. */
public final class Certificate {
    /** Larger than any sane certificate, small enough to parse without thinking. */
    public static final int MAX_DER_BYTES = 16 * 1024;

    /** Slower to verify with than it is worth to anyone but an attacker. */
    private static final int MAX_RSA_BITS = 8192;

    private static final int KEY_CERT_SIGN = 5;

    private final byte[] der;
    private final X509Certificate x509;
    private final Thumbprint thumbprint;
    private @Nullable String summary;

    private Certificate(byte[] der, X509Certificate x509) {
        this.der = der;
        this.x509 = x509;
        this.thumbprint = Thumbprint.of(der);
    }

    /** @throws Refusal CERTIFICATE_REFUSED when the bytes are no certificate or too many */
    public static Certificate parse(byte[] der) {
        if (der.length > MAX_DER_BYTES) {
            throw refused("it has " + der.length + " bytes, more than the " + MAX_DER_BYTES + " that are accepted");
        }
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate x509 = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            if (x509.getPublicKey() instanceof RSAKey key && key.getModulus().bitLength() > MAX_RSA_BITS) {
                throw refused("its RSA key is longer than the " + MAX_RSA_BITS + " bits that are accepted");
            }
            return new Certificate(x509.getEncoded(), x509);
        } catch (CertificateException e) {
            throw refused("it cannot be parsed (" + e.getMessage() + ")");
        }
    }

    public byte[] der() {
        return der.clone();
    }

    public X509Certificate x509() {
        return x509;
    }

    public Thumbprint thumbprint() {
        return thumbprint;
    }

    /** The subject in RFC 2253 form. */
    public String subject() {
        return x509.getSubjectX500Principal().getName();
    }

    /** The issuer in RFC 2253 form. */
    public String issuer() {
        return x509.getIssuerX500Principal().getName();
    }

    /** Names, dates and thumbprint in a line, for the owner. */
    public String summary() {
        String known = summary;
        if (known == null) {
            known = subject() + ", issued by " + issuer() + ", valid from " + notBefore() + " to " + notAfter()
                    + ", SHA-256 " + thumbprint;
            // A string may be seen by other threads without further ado (JLS 17.5), and all make the same.
            summary = known;
        }
        return known;
    }

    /** The most specific common name of the subject, if it has one that can be read. */
    public Optional<String> commonName() {
        try {
            return DistinguishedNames.commonName(
                    X500Name.getInstance(x509.getSubjectX500Principal().getEncoded()));
        } catch (IllegalArgumentException _) {
            // Bouncy Castle is stricter with names than the JDK, which parsed this one.
            return Optional.empty();
        }
    }

    public Instant notBefore() {
        return x509.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return x509.getNotAfter().toInstant();
    }

    /** Whether its basic constraints say CA:true (RFC 5280 section 4.2.1.9). */
    public boolean isAuthority() {
        return x509.getBasicConstraints() >= 0;
    }

    /** Whether its key usage lets it sign certificates, or says nothing (RFC 5280 section 4.2.1.3). */
    boolean maySignCertificates() {
        boolean[] keyUsage = x509.getKeyUsage();
        return keyUsage == null || keyUsage[KEY_CERT_SIGN];
    }

    /**
     * Whether the issuer's key signed this. The JDK's certificates remember the last key they were checked with, so
     * asking again, or validating a path thereafter, costs nothing.
     */
    public boolean isSignedBy(Certificate issuer) {
        try {
            x509.verify(issuer.x509.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** Subject and issuer are the same name; says nothing of the signature. */
    public boolean isSelfIssued() {
        return x509.getSubjectX500Principal().equals(x509.getIssuerX500Principal());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate that && thumbprint.equals(that.thumbprint);
    }

    @Override
    public int hashCode() {
        return thumbprint.hashCode();
    }

    @Override
    public String toString() {
        return subject();
    }

    private static Refusal refused(String rule) {
        return new Refusal(
                Refusal.Reason.CERTIFICATE_REFUSED,
                "Invalid certificate.",
                new Explanation("certificate", rule, "present an X.509 certificate in DER or PEM"));
    }
}
