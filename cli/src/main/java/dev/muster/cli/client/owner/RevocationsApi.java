package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the server has revoked. Thread-safe. */
public final class RevocationsApi {
    private static final String BASE = "/muster/revocations";

    private final Rest rest;
    private final Caller caller;

    RevocationsApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    /** The last changed first. */
    public List<Document> list(int limit) throws IOException, InterruptedException {
        return Document.parseList(send("GET", BASE + "?limit=" + limit, Map.of()));
    }

    /**
     * Revokes what the wish names; what is revoked already stays as it is.
     *
     * @return what is revoked now
     */
    public List<Document> revoke(Map<String, ?> wish) throws IOException, InterruptedException {
        return Document.parseList(send("POST", BASE, wish));
    }

    /** Takes back what was only on hold. */
    public Document release(String thumbprint) throws IOException, InterruptedException {
        return Document.parse(send("DELETE", BASE + "/" + Rest.encode(thumbprint), Map.of()));
    }

    private byte[] send(String method, String path, Map<String, ?> body) throws IOException, InterruptedException {
        byte[] bytes = body.isEmpty() ? new byte[0] : Document.of(body).bytes();
        return rest.send(caller.call(method, path, bytes, "")).body();
    }
}
