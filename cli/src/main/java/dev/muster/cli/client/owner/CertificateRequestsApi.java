package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The certificates that devices have asked for and the owner decides on. Thread-safe. */
public final class CertificateRequestsApi {
    /** As many as the server gives at once. */
    public static final int PAGE = 1000;

    private static final String BASE = "/muster/certificates/requests";

    private final Rest rest;
    private final Caller caller;

    CertificateRequestsApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    /**
     * In the order in which they were asked.
     *
     * @param all those that are decided, too
     * @param after the {@code next} of the page before
     * @param limit 1 to {@link #PAGE}
     * @return with {@code value} and, where there are more, {@code next}
     */
    public Document list(boolean all, Optional<String> after, int limit) throws IOException, InterruptedException {
        String from = after.map(key -> "&after=" + Rest.encode(key)).orElse("");
        return Document.parse(
                rest.send(caller.call("GET", BASE + "?all=" + all + "&limit=" + limit + from, new byte[0], ""))
                        .body());
    }

    /** @return the request as it stands then */
    public Document approve(String id) throws IOException, InterruptedException {
        return decide(id, "approve", Map.of());
    }

    /**
     * @param reason that the device is told; may be empty
     * @return the request as it stands then
     */
    public Document deny(String id, String reason) throws IOException, InterruptedException {
        return decide(id, "deny", Map.of("reason", reason));
    }

    private Document decide(String id, String decision, Map<String, ?> body) throws IOException, InterruptedException {
        return Document.parse(rest.send(caller.call(
                        "POST",
                        BASE + "/" + Rest.encode(id) + "/" + decision,
                        Document.of(body).bytes(),
                        ""))
                .body());
    }
}
