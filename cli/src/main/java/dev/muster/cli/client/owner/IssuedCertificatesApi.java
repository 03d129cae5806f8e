package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The certificates that the server's authorities have issued to devices. Thread-safe. */
public final class IssuedCertificatesApi {
    /** As many as the server gives at once. */
    public static final int PAGE = 1000;

    private final Rest rest;
    private final Caller caller;

    IssuedCertificatesApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    /**
     * Those that expire soon, the soonest first.
     *
     * @param after the {@code next} of the page before
     * @param limit 1 to {@link #PAGE}
     * @return with {@code total}, {@code value} and, where there are more, {@code next}
     */
    public Document expiring(Duration within, Optional<String> after, int limit)
            throws IOException, InterruptedException {
        String from = after.map(key -> "&after=" + Rest.encode(key)).orElse("");
        return Document.parse(
                get("/muster/certificates/expiring?within=" + within.toSeconds() + "&limit=" + limit + from));
    }

    /** How many there are, by the certificate that issued them. */
    public List<Document> countsByIssuer() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/certificates/issued?by=issuer"));
    }

    /** How many there are, by the month in which they expire. */
    public List<Document> countsByMonth() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/certificates/issued?by=month"));
    }

    /** All of a device, newest first. */
    public List<Document> of(String device) throws IOException, InterruptedException {
        return Document.parseList(get("/muster/devices/" + Rest.encode(device) + "/certificates"));
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        return rest.send(caller.call("GET", path, new byte[0], "")).body();
    }
}
