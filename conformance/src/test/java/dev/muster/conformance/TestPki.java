package dev.muster.conformance;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates for tests, good ones and such as no sane authority issues. Apart from the product's own issuer on
 * purpose: a mistake there must not cancel itself out here. Stateless; safe for any number of threads.
 */
final class TestPki {
    private static final SecureRandom RANDOM = new SecureRandom();

    private TestPki() {}

    /** When a certificate is good. */
    enum Validity {
        NOW(Duration.ofDays(-1), Duration.ofDays(365)),
        EXPIRED(Duration.ofDays(-30), Duration.ofDays(-2)),
        FUTURE(Duration.ofDays(2), Duration.ofDays(365));

        private final Duration from;
        private final Duration until;

        Validity(Duration from, Duration until) {
            this.from = from;
            this.until = until;
        }
    }

    /**
     * A certificate authority.
     *
     * @param chain its certificate and those above it, up to and with the root
     */
    record Authority(List<X509Certificate> chain, PrivateKey key) {
        X509Certificate certificate() {
            return chain.getFirst();
        }

        Authority intermediate(String name) {
            return intermediate(name, Validity.NOW);
        }

        Authority intermediate(String name, Validity validity) {
            KeyPair pair = newKey();
            X509Certificate certificate =
                    TestPki.issue(new Wish(name, pair.getPublic(), validity, true), certificate(), key);
            return new Authority(above(certificate), pair.getPrivate());
        }

        Device device(String name) {
            return device(name, Validity.NOW);
        }

        Device device(String name, Validity validity) {
            return issue(name, validity, false);
        }

        /** A device whose certificate says that it may issue others. */
        Device deviceThatIsAnAuthority(String name) {
            return issue(name, Validity.NOW, true);
        }

        /** The certificate that proves possession of this authority's key. */
        X509Certificate proof(String verificationCode) {
            return issue(verificationCode, Validity.NOW, false).leaf();
        }

        private Device issue(String name, Validity validity, boolean authority) {
            KeyPair pair = newKey();
            X509Certificate leaf =
                    TestPki.issue(new Wish(name, pair.getPublic(), validity, authority), certificate(), key);
            return new Device(above(leaf), pair.getPrivate());
        }

        private List<X509Certificate> above(X509Certificate certificate) {
            List<X509Certificate> all = new ArrayList<>(List.of(certificate));
            all.addAll(chain);
            return List.copyOf(all);
        }
    }

    /**
     * What a device has.
     *
     * @param chain what it presents, its own certificate first
     */
    record Device(List<X509Certificate> chain, PrivateKey key) {
        X509Certificate leaf() {
            return chain.getFirst();
        }

        /** The common name of its certificate. */
        String registrationId() {
            return leaf().getSubjectX500Principal().getName().substring("CN=".length());
        }

        /** The same device, presenting only this many certificates. */
        Device presenting(int certificates) {
            return new Device(chain.subList(0, certificates), key);
        }

        /** The same certificates in front of another key. */
        Device withKeyOf(Device other) {
            return new Device(chain, other.key());
        }

        /** Upper-case SHA-256 of the leaf, as hubs keep it. */
        String thumbprint() {
            return TestPki.thumbprint(leaf());
        }

        /** Writes {@code cert.pem} and {@code key.pem} (PKCS#8), as command-line clients want them. */
        void writeTo(Path directory) {
            try {
                Files.createDirectories(directory);
                Files.writeString(directory.resolve("cert.pem"), pem(chain));
                Files.writeString(directory.resolve("key.pem"), pem(new JcaPKCS8Generator(key, null)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Authority root(String name) {
        KeyPair pair = newKey();
        X509Certificate certificate = selfSign(new Wish(name, pair.getPublic(), Validity.NOW, true), pair.getPrivate());
        return new Authority(List.of(certificate), pair.getPrivate());
    }

    static Device selfSigned(String name) {
        return selfSigned(name, Validity.NOW);
    }

    static Device selfSigned(String name, Validity validity) {
        KeyPair pair = newKey();
        X509Certificate leaf = selfSign(new Wish(name, pair.getPublic(), validity, false), pair.getPrivate());
        return new Device(List.of(leaf), pair.getPrivate());
    }

    static String pem(X509Certificate certificate) {
        return pem((Object) certificate);
    }

    static String pem(List<X509Certificate> certificates) {
        return String.join("", certificates.stream().map(TestPki::pem).toList());
    }

    static String thumbprint(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Wish(String name, PublicKey key, Validity validity, boolean authority) {
        X500Principal subject() {
            return new X500Principal("CN=" + name);
        }
    }

    private static X509Certificate selfSign(Wish wish, PrivateKey key) {
        return sign(wish, wish.subject(), key);
    }

    private static X509Certificate issue(Wish wish, X509Certificate issuer, PrivateKey key) {
        return sign(wish, issuer.getSubjectX500Principal(), key);
    }

    private static X509Certificate sign(Wish wish, X500Principal issuer, PrivateKey key) {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, RANDOM).setBit(120),
                Date.from(now.plus(wish.validity().from)),
                Date.from(now.plus(wish.validity().until)),
                wish.subject(),
                wish.key());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wish.authority()));
            if (wish.authority()) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
