package dev.muster.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** The kinds of keys that are made here; what others made is accepted more widely, see {@link ChainValidator}. */
public enum KeyAlgorithm {
    EC_P256,
    EC_P384,
    RSA_2048,
    RSA_3072,
    RSA_4096;

    public KeyPair generate(SecureRandom random) {
        try {
            return generate(KeyPairGenerator.getInstance(family()), random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform makes keys of " + this, e);
        }
    }

    /**
     * Makes the keys where a provider of the JCA does, such as in a token.
     *
     * @throws GeneralSecurityException when it does not make such
     */
    public KeyPair generate(Provider provider, SecureRandom random) throws GeneralSecurityException {
        return generate(KeyPairGenerator.getInstance(family(), provider), random);
    }

    private KeyPair generate(KeyPairGenerator generator, SecureRandom random) throws GeneralSecurityException {
        AlgorithmParameterSpec parameters = switch (this) {
            case EC_P256 -> new ECGenParameterSpec("secp256r1");
            case EC_P384 -> new ECGenParameterSpec("secp384r1");
            case RSA_2048 -> new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4);
            case RSA_3072 -> new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4);
            case RSA_4096 -> new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4);
        };
        generator.initialize(parameters, random);
        return generator.generateKeyPair();
    }

    private String family() {
        return switch (this) {
            case EC_P256, EC_P384 -> "EC";
            case RSA_2048, RSA_3072, RSA_4096 -> "RSA";
        };
    }

    /** As people type it, such as {@code ec-p256}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Which of these a key is, if any. */
    public static Optional<KeyAlgorithm> of(Key key) {
        return switch (key) {
            case RSAKey rsa ->
                switch (rsa.getModulus().bitLength()) {
                    case 2048 -> Optional.of(RSA_2048);
                    case 3072 -> Optional.of(RSA_3072);
                    case 4096 -> Optional.of(RSA_4096);
                    default -> Optional.empty();
                };
            case ECKey ec ->
                switch (ec.getParams().getOrder().bitLength()) {
                    case 256 -> Optional.of(EC_P256);
                    case 384 -> Optional.of(EC_P384);
                    default -> Optional.empty();
                };
            default -> Optional.empty();
        };
    }

    /** @throws GeneralSecurityException for a kind that this platform does not know */
    static PublicKey publicKey(SubjectPublicKeyInfo key) throws GeneralSecurityException, IOException {
        String family = key.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey) ? "EC" : "RSA";
        return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    }

    /** A key's kind and size for people, such as {@code EC 256 bits}. */
    public static String describe(Key key) {
        return switch (key) {
            case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength() + " bits";
            case ECKey ec -> "EC " + ec.getParams().getOrder().bitLength() + " bits";
            default -> key.getAlgorithm();
        };
    }

    /** The JCA name of the signature that fits a key: a hash as strong as an EC key, SHA-256 with RSA. */
    public static String signatureAlgorithm(Key key) {
        return switch (key) {
            case RSAKey _ -> "SHA256withRSA";
            case ECKey ec -> {
                int bits = ec.getParams().getOrder().bitLength();
                yield (bits <= 256 ? "SHA256" : bits <= 384 ? "SHA384" : "SHA512") + "withECDSA";
            }
            default -> key.getAlgorithm();
        };
    }
}
