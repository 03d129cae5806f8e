package dev.muster.server.tls;

import dev.muster.base.SasToken;
import dev.muster.pki.Peer;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;

/**
 * The other end of a connection that belongs to one device. Thread-safe.
 *
 * @param transport as the record of attempts has it
 * @param presented to be told what it brought along, before that is judged
 * @param proved to be run once it has proved who it is
 */
public record Caller(
        SSLSession session, SocketAddress address, String transport, Consumer<Peer> presented, Runnable proved) {
    /** Of a connection that has TLS in its pipeline. */
    public static Caller of(Channel channel, String transport) {
        return new Caller(
                channel.pipeline().get(SslHandler.class).engine().getSession(),
                channel.remoteAddress(),
                transport,
                peer -> PeerConnections.presented(channel, peer),
                () -> Newcomers.proved(channel));
    }

    /** @throws dev.muster.base.Refusal CERTIFICATE_REFUSED for a certificate that cannot be parsed */
    public Peer peer(Optional<SasToken> token) {
        Peer peer = PeerSession.peer(session, address, transport, token);
        presented.accept(peer);
        return peer;
    }

    /** Whence it came, without what it brought. */
    public Peer unread() {
        return PeerSession.unread(address, transport);
    }
}
