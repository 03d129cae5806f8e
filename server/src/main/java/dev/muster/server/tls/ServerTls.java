package dev.muster.server.tls;

import io.netty.handler.ssl.SslContext;

/**
 * The TLS side of every listener: BoringSSL, TLS 1.2 and 1.3, a client certificate asked for and never required, no
 * list of acceptable authorities, any chain accepted. Judgement comes later and in the protocol.
 */
public interface ServerTls {
    /** The context for the next connection; another one after the server certificate was renewed. */
    SslContext context();

    /** Where a listener announces the connections that it accepts. */
    Newcomers newcomers();
}
