package dev.muster.server.tls;

import dev.muster.base.SasToken;
import dev.muster.pki.Peer;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The other end of a connection that belongs to one device. Thread-safe.
 *
 * @param transport as the record of attempts has it
 * @param proved to be run once it has proved who it is
 */
public record Caller(SSLSession session, SocketAddress address, String transport, Runnable proved) {
    /** @throws dev.muster.base.Refusal CERTIFICATE_REFUSED for a certificate that cannot be parsed */
    public Peer peer(Optional<SasToken> token) {
        return PeerSession.peer(session, address, transport, token);
    }

    /** Whence it came, without what it brought. */
    public Peer unread() {
        return PeerSession.unread(address, transport);
    }
}
