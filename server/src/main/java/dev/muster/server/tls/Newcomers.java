package dev.muster.server.tls;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AttributeKey;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of all listeners that have not proved who they are: bounded in number, and the oldest has to go when
 * one more comes. Whoever holds connections open for nothing thus pushes out its own, while an honest device has proved
 * itself long before its turn. Safe for any number of threads.
 */
// Nobody waits for a connection to be closed.
@SuppressWarnings("FutureReturnValueIgnored")
public final class Newcomers {
    private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);
    private static final AttributeKey<Newcomers> HOME = AttributeKey.valueOf(Newcomers.class, "home");

    /** The others are for devices that have proved themselves, and for the store. */
    private static final int SHARE_OF_FILES = 4;

    private final int limit;
    private final PeerConnections peers;
    private final Set<Channel> waiting = new LinkedHashSet<>();
    private final ChannelFutureListener forget = closed -> remove(closed.channel());

    /** @param limit how many may be open */
    public Newcomers(int limit) {
        this(limit, new PeerConnections(_ -> List.of()));
    }

    /**
     * As {@link #Newcomers(int)}.
     *
     * @param peers where those are known that present a certificate
     */
    public Newcomers(int limit, PeerConnections peers) {
        this.limit = limit;
        this.peers = peers;
    }

    /** The largest limit with which this process does not run out of files: each connection is one. */
    public static int affordable() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? Math.clamp(unix.getMaxFileDescriptorCount() / SHARE_OF_FILES, 1, Integer.MAX_VALUE)
                : Integer.MAX_VALUE;
    }

    /** A connection that was just accepted; it is forgotten when it closes. */
    public void add(Channel channel) {
        channel.attr(HOME).set(this);
        peers.adopt(channel);
        Channel oldest = null;
        synchronized (waiting) {
            waiting.add(channel);
            if (waiting.size() > limit) {
                Iterator<Channel> all = waiting.iterator();
                oldest = all.next();
                all.remove();
            }
        }
        channel.closeFuture().addListener(forget);
        if (oldest != null) {
            LOG.debug("Closed the connection from {} to make room for a newer one", oldest.remoteAddress());
            oldest.close();
        }
    }

    /** The other end has proved who it is, so that the connection may stay for as long as its protocol allows. */
    public static void proved(Channel channel) {
        Newcomers home = channel.attr(HOME).getAndSet(null);
        if (home != null) {
            home.remove(channel);
        }
    }

    /** How many there are. */
    public int count() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void remove(Channel channel) {
        synchronized (waiting) {
            waiting.remove(channel);
        }
    }
}
