package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
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
        return Document.parseList(read(BASE));
    }

    public Document find(String name) throws IOException, InterruptedException {
        return Document.parse(read(path(name)));
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

    /** Makes the next generation of an authority. */
    public Document rotate(String name, Map<String, ?> wish) throws IOException, InterruptedException {
        return Document.parse(send("POST", path(name) + "/rotate", wish));
    }

    /**
     * Makes a key that others certify.
     *
     * @return the request in PEM
     */
    public String request(String name, Map<String, ?> draft) throws IOException, InterruptedException {
        return text(send("POST", path(name) + "/request", draft));
    }

    /** @param certificates in PEM or DER: what was requested, and its issuers' */
    public Document install(String name, byte[] certificates) throws IOException, InterruptedException {
        return Document.parse(send("POST", path(name) + "/install", certificates));
    }

    /** @param made an authority with its key, which is a secret */
    public Document adopt(String name, Map<String, ?> made) throws IOException, InterruptedException {
        return Document.parse(send("POST", path(name) + "/import", made));
    }

    /** @param forced also one that is in use */
    public void delete(String name, boolean forced) throws IOException, InterruptedException {
        send("DELETE", path(name) + "?force=" + forced, new byte[0]);
    }

    /**
     * Its certificate and its issuers' in PEM.
     *
     * @param generation empty: the one that issues
     */
    public String chain(String name, OptionalInt generation) throws IOException, InterruptedException {
        String query = generation.isPresent() ? "?generation=" + generation.getAsInt() : "";
        return text(read(path(name) + "/chain" + query));
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    private static String path(String name) {
        return BASE + "/" + Rest.encode(name);
    }

    private byte[] read(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    private byte[] send(String method, String path, Map<String, ?> body) throws IOException, InterruptedException {
        return send(method, path, Document.of(body).bytes());
    }

    private byte[] send(String method, String path, byte[] body) throws IOException, InterruptedException {
        return rest.send(caller.call(method, path, body, "")).body();
    }
}
