package dev.muster.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** TLS contexts, and connections, that trust one authority and nobody else, with or without a device's credential. */
public final class ClientTls {
    private ClientTls() {}

    /** Trusts the certificates of a PEM file. */
    public static SSLContext trusting(Path authority) throws IOException {
        return context(authority, Optional.empty());
    }

    /** The same, and shows the device's whole chain to every server that asks. */
    public static SSLContext trusting(Path authority, DeviceCredential credential) throws IOException {
        return context(authority, Optional.of(credential));
    }

    /** @param patience for the connection, and for each read */
    public static SSLSocket connect(SSLContext tls, InetSocketAddress server, Duration patience) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket();
        try {
            // Without a name of its own the socket could not check that the certificate is the server's.
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
            socket.connect(server, (int) patience.toMillis());
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static SSLContext context(Path authority, Optional<DeviceCredential> credential) throws IOException {
        try (InputStream in = Files.newInputStream(authority)) {
            Collection<? extends Certificate> trusted =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : trusted) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys =
                    credential.map(own -> new KeyManager[] {new OneKey(own)}).orElse(new KeyManager[0]);
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + authority + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** Shows its one chain whatever the server's list of authorities says, since the server's judgement is wanted. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "device";
        private final DeviceCredential credential;

        OneKey(DeviceCredential credential) {
            this.credential = credential;
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return credential.chain().stream()
                    .map(dev.muster.pki.Certificate::x509)
                    .toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return credential.key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
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
    }
}
