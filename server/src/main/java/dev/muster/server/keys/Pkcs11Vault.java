package dev.muster.server.keys;

import dev.muster.authority.KeyVault;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys in a PKCS#11 token, made there, which signs with them and never gives them out. The token is opened when it is
 * first needed, and again after it failed, so that it may come and go. Safe for any number of threads.
 */
public final class Pkcs11Vault implements KeyVault, AutoCloseable {
    /** Several servers in one process may have tokens of the same name. */
    private static final AtomicInteger OPENED = new AtomicInteger();

    private static final String PLACEHOLDER = "key of a certificate authority";

    private final Config.Token token;
    private final InstantSource clock;
    private final SecureRandom random;
    private @Nullable Open open;
    private Optional<Thumbprint> refusedPin = Optional.empty();

    public Pkcs11Vault(Config.Token token, InstantSource clock, SecureRandom random) {
        this.token = token;
        this.clock = clock;
        this.random = random;
    }

    /** A token whose PIN was accepted. */
    private record Open(Provider provider, KeyStore keys) {}

    /** What is done with an open token. */
    @FunctionalInterface
    private interface Work<T> {
        T with(Open token) throws GeneralSecurityException, IOException;
    }

    @Override
    public KeyPair generate(String id, KeyAlgorithm algorithm) {
        return perform(opened -> {
            KeyPair made = algorithm.generate(opened.provider(), random);
            // A private key is found by the certificate that lies beside it in the token.
            Certificate placeholder = Issuer.selfSigned(PLACEHOLDER, made, clock, random)
                    .issue(Issuer.Request.of(CertificateProfile.verification(), PLACEHOLDER, made.getPublic()));
            opened.keys().setKeyEntry(id, made.getPrivate(), null, new X509Certificate[] {placeholder.x509()});
            return new KeyPair(placeholder.x509().getPublicKey(), made.getPrivate());
        });
    }

    @Override
    public Optional<KeyPair> find(String id) {
        return find(id, isOpen());
    }

    /** @param again a token that was opened long ago may have been away since, and know nothing of its keys */
    private Optional<KeyPair> find(String id, boolean again) {
        Optional<KeyPair> found = perform(opened -> opened.keys().getKey(id, null) instanceof PrivateKey key
                ? Optional.of(new KeyPair(opened.keys().getCertificate(id).getPublicKey(), key))
                : Optional.empty());
        if (found.isPresent() || !again) {
            return found;
        }
        close();
        return find(id, false);
    }

    private synchronized boolean isOpen() {
        return open != null;
    }

    @Override
    public void delete(String id) {
        perform(opened -> {
            if (opened.keys().containsAlias(id)) {
                opened.keys().deleteEntry(id);
            }
            return id;
        });
    }

    /** Once more with the token opened anew, since it may have been away in the meantime. */
    private synchronized <T> T perform(Work<T> work) {
        if (open != null) {
            try {
                return work.with(open);
            } catch (GeneralSecurityException | IOException | ProviderException _) {
                close();
            }
        }
        try {
            Open opened = open();
            open = opened;
            return work.with(opened);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            close();
            throw e instanceof Refusal refusal ? refusal : unavailable(e);
        }
    }

    private Open open() throws GeneralSecurityException, IOException {
        char[] pin = pin();
        Thumbprint fingerprint = Thumbprint.of(new String(pin).getBytes(StandardCharsets.UTF_8));
        if (refusedPin.filter(fingerprint::equals).isPresent()) {
            throw refused(
                    "the PIN in " + token.pinFile() + " was refused, and is not tried again lest the token lock itself",
                    "correct the PIN in the file; it is read again at once");
        }
        Provider provider = Security.getProvider("SunPKCS11")
                .configure("--"
                        + configuration(token.slot().map(Integer::longValue).orElseGet(this::slot)));
        // At the end, where it stands in nobody's way; there JCA finds it by its keys, which no other provider takes.
        Security.addProvider(provider);
        try {
            KeyStore keys = KeyStore.getInstance("PKCS11", provider);
            keys.load(null, pin);
            return new Open(provider, keys);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            Security.removeProvider(provider.getName());
            if (causes(e).contains("CKR_PIN_INCORRECT")) {
                refusedPin = Optional.of(fingerprint);
            }
            throw e;
        } finally {
            Arrays.fill(pin, ' ');
        }
    }

    private char[] pin() {
        try {
            return Files.readString(token.pinFile()).strip().toCharArray();
        } catch (IOException e) {
            throw refused("its PIN cannot be read from " + token.pinFile() + ": " + e, "see to the file");
        }
    }

    private long slot() {
        List<Pkcs11Library.Token> present = Pkcs11Library.tokens(token.library());
        return present.stream()
                .filter(each -> token.label().isEmpty()
                        || each.label().equals(token.label().get()))
                .map(Pkcs11Library.Token::slot)
                .findFirst()
                .orElseThrow(() -> refused(
                        token.label()
                                        .map(label -> "there is no token labelled '" + label + "'")
                                        .orElse("there is none")
                                + "; present are "
                                + present.stream()
                                        .map(Pkcs11Library.Token::label)
                                        .collect(Collectors.joining(", ", "[", "]")),
                        "put it in, or correct authorities.tokens in muster.yaml; some drivers see a token that comes"
                                + " back only after a restart of the server"));
    }

    private String configuration(long slot) {
        return """
                name = muster-%s-%d
                library = "%s"
                slot = %d
                attributes(generate, CKO_PRIVATE_KEY, *) = {
                  CKA_TOKEN = true
                  CKA_PRIVATE = true
                  CKA_SENSITIVE = true
                  CKA_EXTRACTABLE = false
                  CKA_SIGN = true
                }
                """.formatted(token.name(), OPENED.incrementAndGet(), token.library(), slot);
    }

    /** What PKCS#11 calls the failure, or all that there is to say. */
    private static String causes(Throwable failure) {
        return Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .map(each -> String.valueOf(each.getMessage()))
                .distinct()
                .collect(Collectors.joining(": "));
    }

    private Refusal unavailable(Exception e) {
        String causes = causes(e);
        if (causes.contains("CKR_PIN_INCORRECT")) {
            return refused("it refuses the PIN in " + token.pinFile(), "correct the PIN in the file");
        }
        if (causes.contains("CKR_PIN_LOCKED")) {
            return refused("it is locked after too many wrong PINs", "unlock it as its security officer");
        }
        return refused(
                "it cannot be used: " + causes,
                "see that it is there and its driver " + token.library()
                        + " works, or correct authorities.tokens in muster.yaml");
    }

    private Refusal refused(String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.UNAVAILABLE,
                "The key of the certificate authority cannot be used now.",
                new Explanation("PKCS#11 token '" + token.name() + "'", rule, remedy));
    }

    /** Lets go of the token; it is opened again when it is needed. */
    @Override
    public synchronized void close() {
        Open opened = open;
        open = null;
        if (opened != null) {
            Security.removeProvider(opened.provider().getName());
        }
    }
}
