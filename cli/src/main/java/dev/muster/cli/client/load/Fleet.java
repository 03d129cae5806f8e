package dev.muster.cli.client.load;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A throw-away factory: a root, an intermediate and as many devices as are asked for, P-256 throughout, each device
 * with a key of its own. Safe for any number of threads.
 */
public final class Fleet {
    private static final X500Name ROOT_NAME = new X500Name("CN=Muster bench root");
    private static final X500Name INTERMEDIATE_NAME = new X500Name("CN=Muster bench intermediate");
    private static final Duration VALIDITY = Duration.ofDays(2);

    private final X509Certificate root;
    private final X509Certificate intermediate;
    private final PrivateKey intermediateKey;
    private final Instant now;
    private final AtomicLong serial;

    private Fleet(Instant now) {
        this.now = now;
        this.serial = new AtomicLong(now.toEpochMilli() << 20);
        KeyPair rootKeys = keyPair();
        this.root = certificate(ROOT_NAME, rootKeys.getPrivate(), ROOT_NAME, rootKeys.getPublic(), true);
        KeyPair intermediateKeys = keyPair();
        this.intermediate =
                certificate(ROOT_NAME, rootKeys.getPrivate(), INTERMEDIATE_NAME, intermediateKeys.getPublic(), true);
        this.intermediateKey = intermediateKeys.getPrivate();
    }

    /** @param now from shortly before this moment on its certificates are valid, for two days */
    public static Fleet at(Instant now) {
        return new Fleet(now);
    }

    X509Certificate root() {
        return root;
    }

    /** What the owner enrolls. */
    public X509Certificate intermediate() {
        return intermediate;
    }

    /** The same as PEM. */
    public String intermediatePem() {
        return LoadDevice.pem(intermediate);
    }

    /**
     * Makes devices, on every core.
     *
     * @param suffix ends their ids, which begin at random so that they fall anywhere into a store's index
     */
    public List<LoadDevice> devices(String suffix, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(_ ->
                        device("%016x-%s".formatted(ThreadLocalRandom.current().nextLong(), suffix)))
                .toList();
    }

    private LoadDevice device(String registrationId) {
        KeyPair keys = keyPair();
        X509Certificate leaf = certificate(
                INTERMEDIATE_NAME, intermediateKey, new X500Name("CN=" + registrationId), keys.getPublic(), false);
        return new LoadDevice(registrationId, keys.getPrivate(), List.of(leaf, intermediate));
    }

    private X509Certificate certificate(
            X500Name issuer, PrivateKey issuerKey, X500Name subject, PublicKey subjectKey, boolean authority) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(serial.getAndIncrement()),
                    Date.from(now.minus(Duration.ofMinutes(5))),
                    Date.from(now.plus(VALIDITY)),
                    subject,
                    subjectKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("a P-256 certificate can be made on every Java platform", e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }
}
