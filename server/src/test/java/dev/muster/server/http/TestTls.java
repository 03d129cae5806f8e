package dev.muster.server.http;

import dev.muster.server.tls.ServerTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;

/** BoringSSL that asks for a client certificate and takes any. */
final class TestTls implements ServerTls {
    private volatile SslContext context;

    TestTls(TestIdentity server) {
        context = build(server);
    }

    /** What a renewal of the server's certificate does. */
    void renew(TestIdentity server) {
        context = build(server);
    }

    @Override
    public SslContext context() {
        return context;
    }

    private static SslContext build(TestIdentity server) {
        try {
            SslContext context = SslContextBuilder.forServer(server.key(), server.chain())
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols(List.of("TLSv1.2", "TLSv1.3"))
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new TrustAll())
                    .build();
            // Without tickets there is no resumption in TLS 1.3.
            byte[] key = new byte[48];
            ThreadLocalRandom.current().nextBytes(key);
            ((OpenSslSessionContext) context.sessionContext())
                    .setTicketKeys(new OpenSslSessionTicketKey(
                            Arrays.copyOf(key, 16), Arrays.copyOfRange(key, 16, 32), Arrays.copyOfRange(key, 32, 48)));
            return context;
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** Trusts any chain; the names it accepts are none, so that clients always send what they have. */
    static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
