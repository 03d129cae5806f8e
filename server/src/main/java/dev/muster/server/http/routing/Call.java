package dev.muster.server.http.routing;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.pki.Peer;
import dev.muster.server.wire.Json;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request, read in full and routed.
 *
 * @param url path and query as the client wrote them
 * @param captured what the route's placeholders stand for
 */
public record Call(
        String method,
        String url,
        Target target,
        Map<String, String> captured,
        MultiMap headers,
        byte[] body,
        Connections.Connection connection) {
    private static final String TOKEN_SCHEME = "SharedAccessSignature";

    /** What stands in the path for a placeholder of the route. */
    public String captured(String placeholder) {
        String value = captured.get(placeholder);
        if (value == null) {
            throw new IllegalStateException("the route has no {" + placeholder + "}");
        }
        return value;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).filter(value -> !value.isBlank());
    }

    /** The name by which the client calls this server, possibly with a port. */
    public String host() {
        return header("Host").orElse("");
    }

    /** @throws Refusal INVALID_ARGUMENT when the body is no JSON object */
    public Map<String, Object> json() {
        return Json.parseObject(body);
    }

    /** @throws Refusal UNAUTHORIZED for a token that is not well-formed */
    public Optional<SasToken> token() {
        return header("Authorization")
                .filter(value -> value.regionMatches(true, 0, TOKEN_SCHEME, 0, TOKEN_SCHEME.length()))
                .map(SasToken::parse);
    }

    /** Who is calling, with its certificates and its token, if any. */
    public Peer peer() {
        Peer peer = connection.peer();
        return token().map(token -> new Peer(peer.address(), peer.transport(), peer.certificates(), Optional.of(token)))
                .orElse(peer);
    }

    /** What {@code If-Match} demands, if it is there; clients send it with and without quotes. */
    public Optional<Precondition> ifMatch() {
        return header("If-Match")
                .map(Etag::new)
                .map(etag -> etag.value().equals("*") ? new Precondition.Present() : new Precondition.Matches(etag));
    }

    /**
     * A number in the query.
     *
     * @throws Refusal INVALID_ARGUMENT when it is none, or not within the bounds
     */
    public long number(String name, long fallback, long least, long most) {
        Optional<String> text = target.parameter(name);
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            long number = Long.parseLong(text.get());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below like a number that is out of bounds.
        }
        throw new Refusal(
                Refusal.Reason.INVALID_ARGUMENT, name + " must be a number from " + least + " to " + most + ".");
    }
}
