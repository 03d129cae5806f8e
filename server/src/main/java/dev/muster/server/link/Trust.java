package dev.muster.server.link;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom this server believes when it calls others. Stateless. */
public final class Trust {
    private Trust() {}

    /**
     * A context that trusts the authorities of the JDK and those of the operator.
     *
     * @param authorities PEM file of more certificates
     * @throws Refusal INVALID_ARGUMENT when the file cannot be read
     */
    public static SSLContext context(Optional<Path> authorities) {
        try {
            return trusting(Stream.concat(
                            ofTheJdk(),
                            authorities.stream()
                                    .flatMap(file -> read(file).stream())
                                    .map(Certificate::x509))
                    .toList());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform trusts somebody", e);
        }
    }

    /** A context that trusts these authorities alone. */
    static SSLContext context(List<Certificate> authorities) {
        return trusting(authorities.stream().map(Certificate::x509).toList());
    }

    private static SSLContext trusting(List<X509Certificate> trusted) {
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            for (int i = 0; i < trusted.size(); i++) {
                all.setCertificateEntry(Integer.toString(i), trusted.get(i));
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(all), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has TLS and key stores", e);
        }
    }

    private static Stream<X509Certificate> ofTheJdk() throws GeneralSecurityException {
        return Arrays.stream(managers(null))
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()));
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static List<Certificate> read(Path file) {
        try {
            return Pem.certificates(Files.readString(file));
        } catch (IOException e) {
            throw unusable("it cannot be read: " + e, "check the path and its permissions");
        } catch (Refusal refusal) {
            throw unusable(refusal.text(), "let it hold certificates in PEM");
        }
    }

    private static Refusal unusable(String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The server cannot start.",
                new Explanation("tls.trust", rule, remedy));
    }
}
