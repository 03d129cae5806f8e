package dev.muster.server.mqtt;

import dev.muster.server.tls.Newcomers;
import dev.muster.server.tls.ServerTls;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;

/** A server's TLS with a certificate of its own making. */
record PlainTls(SslContext context, Newcomers newcomers) implements ServerTls {
    static PlainTls create() {
        Identity server = Identity.named("localhost");
        try {
            SslContext context = SslContextBuilder.forServer(server.keys().getPrivate(), server.certificate())
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols("TLSv1.2", "TLSv1.3")
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new Anybody())
                    .build();
            return new PlainTls(context, new Newcomers(10_000));
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts everybody and names no authorities. */
    static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
