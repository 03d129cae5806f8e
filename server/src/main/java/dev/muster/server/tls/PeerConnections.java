package dev.muster.server.tls;

import dev.muster.authority.Revocation;
import dev.muster.pki.Certificate;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.Peer;
import dev.muster.pki.Thumbprint;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AttributeKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of all listeners whose peers presented certificates by which they are judged, to be closed when one
 * of these, or one above them, is revoked. Safe for any number of threads.
 */
// Nobody waits for a connection to be closed.
@SuppressWarnings("FutureReturnValueIgnored")
public final class PeerConnections {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);
    private static final AttributeKey<PeerConnections> HOME = AttributeKey.valueOf(PeerConnections.class, "home");

    /** Peers choose what is kept, so there must be a bound. */
    private static final int MAX_ISSUERS = 500;

    private final KnownAuthorities known;
    private final Map<Channel, Presented> open = new ConcurrentHashMap<>();
    private final Map<Issuers, Issuers> shared = new ConcurrentHashMap<>();
    private final ChannelFutureListener forget = closed -> open.remove(closed.channel());

    /** @param known the authorities that need not be presented */
    public PeerConnections(KnownAuthorities known) {
        this.known = known;
    }

    /** Little, since there may be a million idle ones. */
    private record Presented(Thumbprint leaf, Issuers issuers) {}

    /**
     * What all devices of a plant have in common.
     *
     * @param presented the issuers that were sent along
     * @param above the issuer of the last one
     */
    private record Issuers(List<Thumbprint> presented, X500Principal above) {}

    /** Says that connections of the channel belong here. */
    void adopt(Channel channel) {
        channel.attr(HOME).set(this);
    }

    /** To be said before the peer is judged: what is revoked thereafter closes the connection. */
    public static void presented(Channel channel, Peer peer) {
        PeerConnections home = channel.attr(HOME).get();
        if (home != null && !peer.certificates().isEmpty()) {
            home.add(channel, peer.certificates());
        }
    }

    private void add(Channel channel, List<Certificate> certificates) {
        Issuers issuers = new Issuers(
                certificates.stream().skip(1).map(Certificate::thumbprint).toList(),
                certificates.getLast().x509().getIssuerX500Principal());
        if (shared.size() >= MAX_ISSUERS) {
            shared.clear();
        }
        Issuers one = shared.putIfAbsent(issuers, issuers);
        Presented now = new Presented(certificates.getFirst().thumbprint(), one == null ? issuers : one);
        if (open.put(channel, now) == null) {
            channel.closeFuture().addListener(forget);
        }
    }

    /**
     * Closes the connections that what was revoked concerns. Issuers that were not presented are looked for by their
     * names: whoever is closed in the name of another comes back, and is judged by signatures then.
     */
    public void end(Collection<Revocation> revoked) {
        if (open.isEmpty()) {
            return;
        }
        Set<Thumbprint> certificates =
                revoked.stream().map(Revocation::certificate).collect(Collectors.toSet());
        Set<X500Principal> names = revoked.stream()
                .flatMap(revocation -> revocation.authority().stream())
                .map(authority -> authority.x509().getSubjectX500Principal())
                .collect(Collectors.toSet());
        boolean authorities = revoked.stream().anyMatch(Revocation::mayIssue);
        Map<Issuers, Boolean> judged = new HashMap<>();
        open.forEach((channel, presented) -> {
            if (certificates.contains(presented.leaf())
                    || (authorities
                            && judged.computeIfAbsent(
                                    presented.issuers(), issuers -> concerned(issuers, certificates, names)))) {
                close(channel, presented);
            }
        });
    }

    /** As {@link #end(Collection)}, of certificates that others have revoked. */
    public void end(Set<Thumbprint> certificates) {
        Map<Issuers, Boolean> judged = new HashMap<>();
        open.forEach((channel, presented) -> {
            if (certificates.contains(presented.leaf())
                    || judged.computeIfAbsent(
                            presented.issuers(), issuers -> concerned(issuers, certificates, Set.of()))) {
                close(channel, presented);
            }
        });
    }

    private static void close(Channel channel, Presented presented) {
        LOG.info(
                "Closed the connection from {}: its certificate, SHA-256 {}, or one above it was revoked",
                channel.remoteAddress(),
                presented.leaf());
        channel.close();
    }

    private boolean concerned(Issuers issuers, Set<Thumbprint> certificates, Set<X500Principal> names) {
        if (issuers.presented().stream().anyMatch(certificates::contains)) {
            return true;
        }
        Set<X500Principal> seen = new HashSet<>();
        Deque<X500Principal> next = new ArrayDeque<>(List.of(issuers.above()));
        while (!next.isEmpty()) {
            X500Principal name = next.remove();
            if (names.contains(name)) {
                return true;
            }
            if (seen.add(name)) {
                for (Certificate authority : known.withSubject(name)) {
                    if (certificates.contains(authority.thumbprint())) {
                        return true;
                    }
                    next.add(authority.x509().getIssuerX500Principal());
                }
            }
        }
        return false;
    }
}
