package dev.muster.server.keys;

import dev.muster.authority.KeyVault;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SecretFile;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keys in PKCS#12 files (RFC 7292), one in each, encrypted with a password and readable by their owner alone. Safe for
 * any number of threads.
 */
public final class Pkcs12Vault implements KeyVault {
    private static final String ALIAS = "key";

    private final Path directory;
    private final Supplier<char[]> password;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param password asked for whenever a file is written or opened, and not kept */
    public Pkcs12Vault(Path directory, Supplier<char[]> password, InstantSource clock, SecureRandom random) {
        this.directory = directory;
        this.password = password;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public KeyPair generate(String id, KeyAlgorithm algorithm) {
        KeyPair keys = algorithm.generate(random);
        keep(id, keys);
        return keys;
    }

    @Override
    public void keep(String id, KeyPair keys) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, keys.getPrivate(), password.get(), new X509Certificate[] {
                placeholder(keys).x509()
            });
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            store.store(content, password.get());
            SecretFile.write(file(id), content.toByteArray());
        } catch (GeneralSecurityException | IOException e) {
            throw refused(id, "it cannot be written: " + e.getMessage(), "see that the directory can be written to");
        }
    }

    /** A key without a certificate cannot be in such a file. */
    private Certificate placeholder(KeyPair keys) {
        return Issuer.selfSigned("key of a certificate authority", keys, clock, random)
                .issue(Issuer.Request.of(
                        CertificateProfile.verification(), "key of a certificate authority", keys.getPublic()));
    }

    @Override
    public Optional<KeyPair> find(String id) {
        if (!Files.exists(file(id))) {
            return Optional.empty();
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(Files.readAllBytes(file(id))), password.get());
            return store.getKey(ALIAS, password.get()) instanceof PrivateKey key
                    ? Optional.of(new KeyPair(store.getCertificate(ALIAS).getPublicKey(), key))
                    : Optional.empty();
        } catch (GeneralSecurityException | IOException e) {
            throw refused(id, "it cannot be opened: " + e.getMessage(), "give the password that it was written with");
        }
    }

    @Override
    public void delete(String id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw refused(id, "it cannot be deleted: " + e.getMessage(), "see that the directory can be written to");
        }
    }

    private Path file(String id) {
        return directory.resolve(id + ".p12");
    }

    private Refusal refused(String id, String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The key of the certificate authority cannot be used.",
                new Explanation("key file " + file(id), rule, remedy));
    }
}
