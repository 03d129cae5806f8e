package dev.muster.conformance.harness;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates for tests from the product's own issuer, so that the SDKs judge it too; those that no sane authority
 * issues by setting its clock, or past it. Stateless; safe for any number of threads.
 */
public final class TestPki {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Duration MONTH = Duration.ofDays(28);

    /** Older than anything that an authority signs here. */
    private static final Duration AGE = Duration.ofDays(60);

    private static final CertificateProfile AUTHORITY = CertificateProfile.root();
    private static final CertificateProfile PASSING_AUTHORITY =
            new CertificateProfile("authority of a month", true, OptionalInt.empty(), MONTH, List.of());
    private static final CertificateProfile DEVICE =
            new CertificateProfile("device of a month", false, OptionalInt.empty(), MONTH, List.of(Purpose.CLIENT));

    private TestPki() {}

    /** When a certificate is good. */
    public enum Validity {
        NOW(Duration.ZERO),
        EXPIRED(Duration.ofDays(-30)),
        FUTURE(Duration.ofDays(2));

        private final Duration shift;

        Validity(Duration shift) {
            this.shift = shift;
        }
    }

    /**
     * A certificate authority.
     *
     * @param chain its certificate and those above it, up to and with the root
     * @param issuing the certificate that it issues by; of the same name and key as its own, which may have expired
     */
    public record Authority(List<Certificate> chain, Certificate issuing, KeyPair keys) {
        public Certificate certificate() {
            return chain.getFirst();
        }

        public Authority intermediate(String name) {
            KeyPair below = newKeys();
            Certificate certificate = sign(AUTHORITY, name, below, aged());
            return new Authority(above(certificate), certificate, below);
        }

        /** One whose certificate has expired and which issues valid ones all the same. */
        public Authority expiredIntermediate(String name) {
            Authority valid = intermediate(name);
            Certificate expired = sign(PASSING_AUTHORITY, name, valid.keys(), at(Validity.EXPIRED));
            return new Authority(above(expired), valid.issuing(), valid.keys());
        }

        public Device device(String name) {
            return device(name, Validity.NOW);
        }

        public Device device(String name, Validity validity) {
            return device(DEVICE, name, newKeys(), validity);
        }

        /** One with keys that others have too: who needs thousands does not wait for as many keys. */
        public Device device(String name, KeyPair shared) {
            return device(DEVICE, name, shared, Validity.NOW);
        }

        /**
         * A device whose certificate says that it may issue others, as {@code openssl req -x509} makes them: without a
         * key usage. One that allows no signatures does not get through TLS (RFC 8446 section 4.4.2.3).
         */
        public Device deviceThatIsAnAuthority(String name) {
            KeyPair own = newKeys();
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuing.x509(),
                    BigInteger.valueOf(RANDOM.nextLong(1, Long.MAX_VALUE)),
                    Date.from(now.minus(MONTH)),
                    Date.from(now.plus(MONTH)),
                    new X500Principal("CN=" + name),
                    own.getPublic());
            try {
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
                byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                        .getEncoded();
                return new Device(above(Certificate.parse(der)), own.getPrivate());
            } catch (IOException | OperatorCreationException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The certificate that proves possession of this authority's key. */
        Certificate proof(String verificationCode) {
            return device(CertificateProfile.verification(), verificationCode, newKeys(), Validity.NOW)
                    .leaf();
        }

        /** What a TLS server at this address has. */
        public Device server(String address) {
            KeyPair own = newKeys();
            Issuer.Request request = new Issuer.Request(
                    CertificateProfile.server(), address, own.getPublic(), List.of(address), Optional.empty());
            return new Device(
                    above(Issuer.of(issuing, keys.getPrivate(), at(Validity.NOW), RANDOM)
                            .issue(request)),
                    own.getPrivate());
        }

        /** For a key that is not at hand. */
        public Certificate certificate(String name, PublicKey key) {
            return certificate(DEVICE, name, key, Validity.NOW);
        }

        public Certificate certificate(String name, PublicKey key, Validity validity) {
            return certificate(DEVICE, name, key, validity);
        }

        /** Of one that may issue others. */
        public Certificate authorityCertificate(String name, PublicKey key) {
            return certificate(AUTHORITY, name, key, Validity.NOW);
        }

        private Certificate certificate(CertificateProfile profile, String name, PublicKey key, Validity validity) {
            return Issuer.of(issuing, keys.getPrivate(), at(validity), RANDOM)
                    .issue(Issuer.Request.of(profile, name, key));
        }

        private Device device(CertificateProfile profile, String name, KeyPair own, Validity validity) {
            return new Device(above(sign(profile, name, own, at(validity))), own.getPrivate());
        }

        private Certificate sign(CertificateProfile profile, String name, KeyPair below, InstantSource clock) {
            return Issuer.of(issuing, keys.getPrivate(), clock, RANDOM)
                    .issue(Issuer.Request.of(profile, name, below.getPublic()));
        }

        private List<Certificate> above(Certificate certificate) {
            return Stream.concat(Stream.of(certificate), chain.stream()).toList();
        }
    }

    /**
     * What a device has.
     *
     * @param chain what it presents, its own certificate first
     */
    public record Device(List<Certificate> chain, PrivateKey key) {
        public Certificate leaf() {
            return chain.getFirst();
        }

        /** The common name of its certificate. */
        public String registrationId() {
            return leaf().commonName().orElseThrow();
        }

        /** The same device, presenting only this many certificates. */
        public Device presenting(int certificates) {
            return new Device(chain.subList(0, certificates), key);
        }

        /** The same certificates in front of another key. */
        public Device withKeyOf(Device other) {
            return new Device(chain, other.key());
        }

        /** Of the leaf, as hubs keep it. */
        public String thumbprint() {
            return leaf().thumbprint().hex();
        }

        /** Writes {@code cert.pem} and {@code key.pem}, as command-line clients want them. */
        public void writeTo(Path directory) {
            try {
                Files.writeString(directory.resolve("cert.pem"), Pem.write(chain));
                Files.writeString(directory.resolve("key.pem"), Pem.write(key));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static Authority root(String name) {
        KeyPair keys = newKeys();
        Certificate certificate = selfSign(AUTHORITY, name, keys, aged());
        return new Authority(List.of(certificate), certificate, keys);
    }

    public static Device selfSigned(String name) {
        return selfSigned(name, Validity.NOW);
    }

    public static Device selfSigned(String name, Validity validity) {
        KeyPair keys = newKeys();
        return new Device(List.of(selfSign(DEVICE, name, keys, at(validity))), keys.getPrivate());
    }

    public static KeyPair newKeys() {
        return KeyAlgorithm.EC_P256.generate(RANDOM);
    }

    private static Certificate selfSign(CertificateProfile profile, String name, KeyPair keys, InstantSource clock) {
        return Issuer.selfSigned(name, keys, clock, RANDOM).issue(Issuer.Request.of(profile, name, keys.getPublic()));
    }

    private static InstantSource aged() {
        return InstantSource.fixed(Instant.now().minus(AGE));
    }

    private static InstantSource at(Validity validity) {
        return InstantSource.fixed(Instant.now().plus(validity.shift));
    }
}
