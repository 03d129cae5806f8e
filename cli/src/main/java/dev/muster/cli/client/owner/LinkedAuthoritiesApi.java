package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Authorities elsewhere that are linked to the server, and accounts with others, through the preview of the service
 * API. Thread-safe.
 */
public final class LinkedAuthoritiesApi {
    private static final String BASE = "/certificateAuthorities";
    private static final String API_VERSION = "?api-version=2021-11-01-preview";
    private static final int NOT_FOUND = 404;

    private final Rest rest;
    private final Caller caller;

    LinkedAuthoritiesApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    /** All of them, page by page. */
    public List<Document> list() throws IOException, InterruptedException {
        byte[] query = Document.of(Map.of("query", "SELECT * FROM certificateAuthorities"))
                .bytes();
        List<Document> all = new ArrayList<>();
        Optional<String> continuation = Optional.empty();
        do {
            Rest.Call call = caller.call("POST", BASE + "/query" + API_VERSION, query, "EnrollmentRead");
            var page = rest.send(continuation
                    .map(token -> call.with("x-ms-continuation", token))
                    .orElse(call));
            all.addAll(Document.parseList(page.body()));
            continuation = page.headers().firstValue("x-ms-continuation");
        } while (continuation.isPresent());
        return all;
    }

    public Optional<Document> findIfThere(String name) throws IOException, InterruptedException {
        try {
            return Optional.of(Document.parse(rest.send(caller.call("GET", path(name), new byte[0], "EnrollmentRead"))
                    .body()));
        } catch (RefusedByServer refused) {
            if (refused.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * Links an authority, or changes how it is linked; the server tries it out first.
     *
     * @param before as it was found, if it was; refused when it has changed since
     * @param link with its secret
     */
    public Document put(String name, Optional<Document> before, Map<String, ?> link)
            throws IOException, InterruptedException {
        Rest.Call call = caller.call("PUT", path(name), Document.of(link).bytes(), "EnrollmentWrite");
        return Document.parse(rest.send(
                        before.map(it -> call.with("If-Match", it.text("etag"))).orElse(call))
                .body());
    }

    /** @param link as it was found; refused when it has changed since */
    public void delete(String name, Document link) throws IOException, InterruptedException {
        rest.send(caller.call("DELETE", path(name), new byte[0], "EnrollmentWrite")
                .with("If-Match", link.text("etag")));
    }

    private static String path(String name) {
        return BASE + "/" + Rest.encode(name) + API_VERSION;
    }
}
