package dev.muster.server.http;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Operation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets calls through that carry the administrator's bearer token (RFC 6750). Thread-safe. */
public final class Administrator {
    private static final String SCHEME = "Bearer ";

    private final byte[] token;

    public Administrator(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    public Operation only(Operation operation) {
        return call -> {
            demand(call);
            return operation.answer(call);
        };
    }

    private void demand(Call call) {
        byte[] presented = call.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).strip())
                .orElse("")
                .getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(token, presented)) {
            throw new Refusal(
                    Refusal.Reason.UNAUTHORIZED,
                    "Unauthorized",
                    new Explanation(
                            "the caller",
                            presented.length == 0 ? "it sent no bearer token" : "its bearer token is not the one",
                            "send the administrator's token, which is in the data directory"));
        }
    }
}
