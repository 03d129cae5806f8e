package dev.muster.conformance.harness;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.pki.Certificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** How clients come to trust a test server's authority. Immutable but for what {@link #ofTheJvm} sets. */
public final class Trust {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final KeyStore store;

    /** @param authority PEM file of the server */
    public Trust(Path authority) {
        try (InputStream pem = Files.newInputStream(authority)) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, PASSWORD);
            store.setCertificateEntry(
                    "muster", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Makes the whole JVM trust this authority and nobody else: the only way to tell several SDK clients of it, which
     * read either the system property or the default context.
     */
    void ofTheJvm(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
        try {
            // The JDK's cache of this store gives the previous one to threads that ask while another loads it.
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
                    .init((KeyStore) null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        SSLContext context = context(Optional.empty());
        SSLContext.setDefault(context);
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
    }

    public SSLContext context(Device device) {
        return context(Optional.of(device));
    }

    /** A context that trusts the server and presents the device's chain, whatever that is worth. */
    public SSLContext context(Optional<Device> device) {
        return context(device.map(it -> new KeyManager[] {new Presenting(it)}).orElseGet(() -> new KeyManager[0]));
    }

    private SSLContext context(KeyManager[] keys) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            TrustManager[] trust = factory.getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A context that trusts the server, presents a stranger's certificate, and writes down the names in the server's
     * CertificateRequest (RFC 5246 section 7.4.4), as a client's key manager sees them.
     */
    public SSLContext noting(List<Principal> named) {
        Presenting asked = new Presenting(TestPki.selfSigned("asked")) {
            @Override
            public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
                if (issuers != null) {
                    named.addAll(Arrays.asList(issuers));
                }
                return super.chooseClientAlias(types, issuers, socket);
            }
        };
        return context(new KeyManager[] {asked});
    }

    /** Presents a chain as it is; a key store would refuse those that are none. */
    private static class Presenting extends X509ExtendedKeyManager {
        private final Device device;

        Presenting(Device device) {
            this.device = device;
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {"device"};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "device";
        }

        @Override
        public String chooseEngineClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return "device";
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return device.chain().stream().map(Certificate::x509).toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return device.key();
        }
    }
}
