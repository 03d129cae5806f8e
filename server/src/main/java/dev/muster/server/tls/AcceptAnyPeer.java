package dev.muster.server.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts every client certificate, since the domain judges them and answers in the protocol. Its list of issuers is
 * empty: a list makes several TLS clients withhold their certificate (RFC 8446 section 4.2.4).
 */
final class AcceptAnyPeer extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw neverClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw neverClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw neverClient();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static IllegalStateException neverClient() {
        return new IllegalStateException("this trust manager is for servers");
    }
}
