package dev.muster.server.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Builds contexts from whatever key and chain the server has at the time. Safe for any number of threads; connections
 * that were made with an older context keep it.
 */
public final class ReloadingTls implements ServerTls {
    /** Ten certificates are the most that are looked at, and those of RSA 4096 have some 2 KB each. */
    private static final int MAX_CERTIFICATE_LIST_BYTES = 32 * 1024;

    private final Supplier<KeyAndChain> source;
    private final Newcomers newcomers;
    private volatile KeyAndChain used;
    private volatile SslContext context;

    /**
     * A server's key and its certificate chain, leaf first.
     *
     * @param key PKCS#8
     */
    public record KeyAndChain(PrivateKey key, List<X509Certificate> chain) {
        @Override
        public String toString() {
            return "KeyAndChain" + chain;
        }
    }

    /** @param source asked by {@link #reload}; may read files */
    public ReloadingTls(Supplier<KeyAndChain> source, Newcomers newcomers) {
        this.source = source;
        this.newcomers = newcomers;
        this.used = source.get();
        this.context = build(used);
    }

    @Override
    public SslContext context() {
        return context;
    }

    @Override
    public Newcomers newcomers() {
        return newcomers;
    }

    /** Looks whether there is another certificate by now, and uses it from the next connection on if so. */
    public synchronized boolean reload() {
        KeyAndChain newest = source.get();
        if (newest.chain().equals(used.chain())) {
            return false;
        }
        context = build(newest);
        used = newest;
        return true;
    }

    private static SslContext build(KeyAndChain keyAndChain) {
        try {
            return SslContextBuilder.forServer(
                            keyAndChain.key(), keyAndChain.chain().toArray(X509Certificate[]::new))
                    // Engines are freed by their handlers and need no finalizer. A context that was replaced is never
                    // freed: connections still use it, and there is one in weeks.
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(new AcceptAnyPeer())
                    .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, MAX_CERTIFICATE_LIST_BYTES)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the server's own certificate and key do not make a TLS context", e);
        }
    }
}
