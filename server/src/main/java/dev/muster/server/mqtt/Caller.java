package dev.muster.server.mqtt;

import dev.muster.base.SasToken;
import dev.muster.hub.DeviceLink;
import dev.muster.pki.Peer;
import dev.muster.server.tls.PeerSession;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The other end of a connection that has sent its CONNECT. Thread-safe.
 *
 * @param proved to be run once it has proved who it is
 */
record Caller(SSLSession session, SocketAddress address, String transport, DeviceLink link, Runnable proved) {
    /** @throws dev.muster.base.Refusal CERTIFICATE_REFUSED for a certificate that cannot be parsed */
    Peer peer(Optional<SasToken> token) {
        return PeerSession.peer(session, address, transport, token);
    }

    /** Whence it came, without what it brought. */
    Peer unread() {
        return PeerSession.unread(address, transport);
    }
}
