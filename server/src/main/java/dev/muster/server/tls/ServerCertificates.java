package dev.muster.server.tls;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.SecretFile;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import dev.muster.server.tls.ReloadingTls.KeyAndChain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The server's certificate and the authority that signs it, both made on first start and kept in the data directory.
 * The certificate is made anew well before it expires and when the names change; the authority stays, since devices
 * trust it. For one thread at a time.
 */
public final class ServerCertificates {
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final Duration RENEWED_BEFORE_EXPIRY = Duration.ofDays(120);
    private static final String AUTHORITY_NAME = "Muster Server CA";
    private static final String CERTIFICATE_NAME = "Muster Server";
    private final Path directory;
    private final Set<String> names;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param names the DNS names and IP addresses that clients use */
    public ServerCertificates(Path directory, Collection<String> names, InstantSource clock, SecureRandom random) {
        this.directory = directory;
        this.names = names.stream().map(ServerCertificates::spelled).collect(Collectors.toCollection(TreeSet::new));
        this.clock = clock;
        this.random = random;
    }

    /** The PEM file with the authority that clients must trust. */
    public Path authorityFile() {
        return directory.resolve("ca.pem");
    }

    /** The key and chain to use from now on. */
    public KeyAndChain current() {
        try {
            Path chainFile = directory.resolve("server.pem");
            Path keyFile = directory.resolve("server.key");
            if (!Files.exists(chainFile)
                    || !Files.exists(keyFile)
                    || !isGood(read(chainFile).getFirst())) {
                renew(chainFile, keyFile);
            }
            return keyAndChain(keyFile, read(chainFile));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the server's certificate in " + directory, e);
        }
    }

    /**
     * An operator's own key and chain.
     *
     * @param chain PEM, leaf first
     * @param key PEM, not encrypted
     * @throws Refusal INVALID_ARGUMENT when the files hold no key and chain
     */
    public static KeyAndChain ownedByOperator(Path chain, Path key) {
        try {
            List<Certificate> certificates = read(chain);
            if (certificates.isEmpty()) {
                throw unusable(chain, "it holds no certificate");
            }
            return keyAndChain(key, certificates);
        } catch (IOException e) {
            throw unusable(chain, "it or its key cannot be read: " + e.getMessage());
        }
    }

    private boolean isGood(Certificate certificate) {
        Instant renewal = certificate.notAfter().minus(RENEWED_BEFORE_EXPIRY);
        return clock.instant().isBefore(renewal)
                && alternativeNames(certificate).equals(names);
    }

    private void renew(Path chainFile, Path keyFile) throws IOException {
        Issuer authority = authority();
        KeyPair keys = KeyAlgorithm.EC_P256.generate(random);
        Certificate certificate = authority.issue(new Issuer.Request(
                CertificateProfile.server(),
                CERTIFICATE_NAME,
                keys.getPublic(),
                List.copyOf(names),
                Optional.of(VALIDITY)));
        SecretFile.write(keyFile, bytes(Pem.write(keys.getPrivate())));
        Files.write(chainFile, bytes(Pem.write(certificate)));
    }

    private Issuer authority() throws IOException {
        Path keyFile = directory.resolve("ca.key");
        if (!Files.exists(authorityFile()) || !Files.exists(keyFile)) {
            KeyPair keys = KeyAlgorithm.EC_P256.generate(random);
            Certificate root = Issuer.selfSigned(AUTHORITY_NAME, keys, clock, random)
                    .issue(Issuer.Request.of(CertificateProfile.root(), AUTHORITY_NAME, keys.getPublic()));
            SecretFile.write(keyFile, bytes(Pem.write(keys.getPrivate())));
            Files.write(authorityFile(), bytes(Pem.write(root)));
        }
        return Issuer.of(read(authorityFile()).getFirst(), key(keyFile), clock, random);
    }

    private static Set<String> alternativeNames(Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.x509().getSubjectAlternativeNames();
            return names == null
                    ? Set.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /** As the JDK prints it from a certificate: {@code ::1} in full, names in lower case. */
    private static String spelled(String name) {
        try {
            return InetAddress.ofLiteral(name).getHostAddress();
        } catch (IllegalArgumentException e) {
            return name.toLowerCase(Locale.ROOT);
        }
    }

    private static KeyAndChain keyAndChain(Path key, List<Certificate> chain) throws IOException {
        return new KeyAndChain(key(key), chain.stream().map(Certificate::x509).toList());
    }

    private static List<Certificate> read(Path file) throws IOException {
        return Pem.certificates(Files.readAllBytes(file));
    }

    private static PrivateKey key(Path file) throws IOException {
        return Pem.privateKey(Files.readString(file), Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Refusal unusable(Path file, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The server cannot start.",
                new Explanation(file.toString(), rule, "give a PEM chain, leaf first, and its PEM key"));
    }
}
