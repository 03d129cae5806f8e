package dev.muster.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v1CertificateBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that also issues what {@link Issuer} refuses to: everything that a validator must judge. */
public record TestAuthority(Certificate certificate, KeyPair keys) {
    public static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A certificate before it is signed: what it says, all of it open to change. */
    public static final class Draft {
        private final X500Name subject;
        private KeyPair keys = newKeys("EC", 256);
        private Instant notBefore = NOW.minus(Duration.ofDays(1));
        private Instant notAfter = NOW.plus(Duration.ofDays(1));
        private String signature = "";
        private boolean versionOne;
        private final List<Extension> extensions = new ArrayList<>();

        private Draft(String subject) {
            this.subject = new X500Name(subject);
        }

        public Draft keys(KeyPair own) {
            keys = own;
            return this;
        }

        public Draft valid(Instant from, Instant to) {
            notBefore = from;
            notAfter = to;
            return this;
        }

        public Draft signature(String algorithm) {
            signature = algorithm;
            return this;
        }

        public Draft versionOne() {
            versionOne = true;
            return this;
        }

        public Draft extension(ASN1ObjectIdentifier id, boolean critical, ASN1Encodable value) {
            try {
                extensions.add(
                        new Extension(id, critical, value.toASN1Primitive().getEncoded()));
                return this;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        public Draft authority() {
            return extension(Extension.basicConstraints, true, new BasicConstraints(true));
        }

        public Draft authority(int pathLength) {
            return extension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        }
    }

    public static Draft draft(String subject) {
        return new Draft(subject);
    }

    public static KeyPair newKeys(String family, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            generator.initialize(bits, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A root with basic constraints. */
    public static TestAuthority root(String subject) {
        return root(draft(subject).authority());
    }

    public static TestAuthority root(Draft draft) {
        return new TestAuthority(sign(draft, draft.subject, draft.keys), draft.keys);
    }

    /** An authority below this one. */
    public TestAuthority intermediate(String subject) {
        return intermediate(draft(subject).authority());
    }

    public TestAuthority intermediate(Draft draft) {
        return new TestAuthority(issue(draft), draft.keys);
    }

    /** A leaf with no extensions at all, as Azure takes them. */
    public Certificate leaf(String subject) {
        return issue(draft(subject));
    }

    public Certificate issue(Draft draft) {
        return sign(
                draft,
                X500Name.getInstance(
                        certificate.x509().getSubjectX500Principal().getEncoded()),
                keys);
    }

    private static Certificate sign(Draft draft, X500Name issuer, KeyPair issuerKeys) {
        SubjectPublicKeyInfo key =
                SubjectPublicKeyInfo.getInstance(draft.keys.getPublic().getEncoded());
        BigInteger serial = new BigInteger(64, RANDOM);
        Date from = Date.from(draft.notBefore);
        Date to = Date.from(draft.notAfter);
        String algorithm =
                draft.signature.isEmpty() ? KeyAlgorithm.signatureAlgorithm(issuerKeys.getPublic()) : draft.signature;
        try {
            JcaContentSignerBuilder signer = new JcaContentSignerBuilder(algorithm);
            X509CertificateHolder signed;
            if (draft.versionOne) {
                signed = new X509v1CertificateBuilder(issuer, serial, from, to, draft.subject, key)
                        .build(signer.build(issuerKeys.getPrivate()));
            } else {
                X509v3CertificateBuilder builder =
                        new X509v3CertificateBuilder(issuer, serial, from, to, draft.subject, key);
                for (Extension extension : draft.extensions) {
                    builder.addExtension(extension);
                }
                signed = builder.build(signer.build(issuerKeys.getPrivate()));
            }
            return Certificate.parse(signed.getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new AssertionError(e);
        }
    }
}
