package dev.muster.server.http;

import dev.muster.server.tls.Newcomers;
import dev.muster.server.tls.ServerTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;

/** BoringSSL that asks for a client certificate and takes any. */
final class TestTls implements ServerTls {
    private final AtomicInteger asked = new AtomicInteger();
    private final Newcomers newcomers = new Newcomers(100);
    private volatile SslContext context;

    TestTls(TestIdentity server) {
        context = build(server);
    }

    /** What a renewal of the server's certificate does. */
    void renew(TestIdentity server) {
        context = build(server);
    }

    /** How often a connection has asked for the context. */
    int asked() {
        return asked.get();
    }

    @Override
    public SslContext context() {
        asked.incrementAndGet();
        return context;
    }

    @Override
    public Newcomers newcomers() {
        return newcomers;
    }

    private static SslContext build(TestIdentity server) {
        try {
            return SslContextBuilder.forServer(server.key(), server.chain())
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols(List.of("TLSv1.2", "TLSv1.3"))
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new TrustAll())
                    .build();
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
