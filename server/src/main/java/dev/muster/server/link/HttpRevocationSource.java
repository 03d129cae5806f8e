package dev.muster.server.link;

import dev.muster.pki.revocation.ForeignCrl;
import dev.muster.pki.revocation.OcspJudge;
import dev.muster.pki.revocation.RevocationSource;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches CRLs and OCSP answers by plain HTTP: they are signed. What does not answer, or with an error, is left alone
 * for half a minute, so that not every device waits for it. Safe for any number of threads, each of which waits.
 */
public final class HttpRevocationSource implements RevocationSource {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRevocationSource.class);
    private static final Duration REST = Duration.ofSeconds(30);
    private static final int MAX_RESTING = 1000;
    private static final int OK = 200;

    private final Https http;
    private final Set<String> hosts;
    private final InstantSource clock;
    private final Map<URI, Rest> resting = new ConcurrentHashMap<>();

    private record Rest(Instant end, String reason) {}

    /** @param hosts that may be asked; empty: all but this machine and its link */
    public HttpRevocationSource(Https http, Set<String> hosts, InstantSource clock) {
        this.http = http;
        this.hosts = Set.copyOf(hosts);
        this.clock = clock;
    }

    @Override
    public byte[] list(String url) throws Unavailable {
        return body(HttpRequest.newBuilder(permitted(url)).GET().build(), ForeignCrl.MAX_BYTES);
    }

    @Override
    public byte[] status(String url, byte[] request) throws Unavailable {
        return body(
                HttpRequest.newBuilder(permitted(url))
                        .header("Content-Type", "application/ocsp-request")
                        .POST(BodyPublishers.ofByteArray(request))
                        .build(),
                OcspJudge.MAX_BYTES);
    }

    private byte[] body(HttpRequest request, int limit) throws Unavailable {
        Rest rest = resting.get(request.uri());
        if (rest != null && clock.instant().isBefore(rest.end())) {
            throw new Unavailable(rest.reason());
        }
        try {
            Https.Reply reply = http.send(request, limit);
            if (reply.status() != OK) {
                throw unavailable(request, "it answers with the status " + reply.status());
            }
            return reply.body();
        } catch (Https.NoReply e) {
            throw unavailable(request, e.reason());
        }
    }

    private Unavailable unavailable(HttpRequest request, String reason) {
        LOG.warn("{} could not be fetched: {}", request.uri(), reason);
        if (resting.size() >= MAX_RESTING) {
            resting.clear();
        }
        resting.put(request.uri(), new Rest(clock.instant().plus(REST), reason));
        return new Unavailable(reason);
    }

    /** Whoever issues certificates must not make this server call what only its neighbours may. */
    private URI permitted(String url) throws Unavailable {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException _) {
            throw new Unavailable("that is no URL");
        }
        String host = uri.getHost();
        if (!"http".equalsIgnoreCase(uri.getScheme()) || host == null || uri.getUserInfo() != null) {
            throw new Unavailable("that is no plain HTTP URL");
        }
        if (hosts.isEmpty() ? isNear(host) : hosts.stream().noneMatch(host::equalsIgnoreCase)) {
            throw new Unavailable("its host may not be asked; if it should, name it in authorities.foreign.hosts");
        }
        return uri;
    }

    private static boolean isNear(String host) throws Unavailable {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress()) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException _) {
            throw new Unavailable("its host name is not known");
        }
    }
}
