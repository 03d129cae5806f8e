package dev.muster.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The server's certificate authorities. Thread-safe. */
public final class AuthoritiesApi {
    private static final String BASE = "/muster/authorities";
    private static final int NOT_FOUND = 404;

    private final Rest rest;
    private final Caller caller;

    AuthoritiesApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    public List<Document> list() throws IOException, InterruptedException {
        return Document.parseList(send("GET", BASE, Map.of()));
    }

    public Document find(String name) throws IOException, InterruptedException {
        return Document.parse(send("GET", path(name), Map.of()));
    }

    public Optional<Document> findIfThere(String name) throws IOException, InterruptedException {
        try {
            return Optional.of(find(name));
        } catch (RefusedByServer refused) {
            if (refused.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** Makes an authority, its key and its certificate. */
    public Document create(String name, Map<String, ?> draft) throws IOException, InterruptedException {
        return Document.parse(send("PUT", path(name), draft));
    }

    /** Changes the issuing rules that are named. */
    public Document change(String name, Map<String, ?> rules) throws IOException, InterruptedException {
        return Document.parse(send("PATCH", path(name), rules));
    }

    /** @param forced also one that is in use */
    public void delete(String name, boolean forced) throws IOException, InterruptedException {
        send("DELETE", path(name) + "?force=" + forced, Map.of());
    }

    /**
     * Its certificate and its issuers' in PEM.
     *
     * @param generation empty: the one that issues
     */
    public String chain(String name, OptionalInt generation) throws IOException, InterruptedException {
        String query = generation.isPresent() ? "?generation=" + generation.getAsInt() : "";
        return new String(send("GET", path(name) + "/chain" + query, Map.of()), StandardCharsets.US_ASCII);
    }

    private static String path(String name) {
        return BASE + "/" + Rest.encode(name);
    }

    private byte[] send(String method, String path, Map<String, ?> body) throws IOException, InterruptedException {
        byte[] bytes = body.isEmpty() ? new byte[0] : Document.of(body).bytes();
        return rest.send(caller.call(method, path, bytes, "")).body();
    }
}
