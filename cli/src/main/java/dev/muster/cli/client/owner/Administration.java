package dev.muster.cli.client.owner;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What only Muster has: attempts explained, the doctor, the event stream, connection strings. Thread-safe. */
public final class Administration {
    /** The policy that a provisioning service is born with, and no hub. */
    private static final String SERVICE_POLICY = "provisioningserviceowner";

    /** The policy that a hub is born with, with all rights. */
    private static final String HUB_POLICY = "iothubowner";

    private final Rest rest;
    private final Caller caller;

    Administration(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    public Document status() throws IOException, InterruptedException {
        return Document.parse(get("/muster/status"));
    }

    /** The newest attempts of one device to register, newest first. */
    public List<Document> attempts(String registrationId) throws IOException, InterruptedException {
        return Document.parseList(get("/muster/registrations/" + Rest.encode(registrationId) + "/attempts"));
    }

    /** The newest attempts of all devices, newest first. */
    public List<Document> attempts(boolean failedOnly, int limit) throws IOException, InterruptedException {
        return Document.parseList(get("/muster/attempts?failed=" + failedOnly + "&limit=" + limit));
    }

    /**
     * What would come of a registration.
     *
     * @param chain PEM, leaf first
     * @param registrationId by default the leaf's common name
     */
    public Document examine(String chain, Optional<String> registrationId) throws IOException, InterruptedException {
        String query =
                registrationId.map(id -> "?registrationId=" + Rest.encode(id)).orElse("");
        return Document.parse(send("POST", "/muster/doctor" + query, chain.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The partitions of the event stream. */
    public List<Document> partitions() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/events/partitions"));
    }

    /**
     * Events of one partition, in their order.
     *
     * @param wait how long to wait for the first one when there is none yet; full seconds, at most 25
     */
    public List<Document> events(long partition, long from, int limit, Duration wait)
            throws IOException, InterruptedException {
        return Document.parseList(get("/muster/events?partition=" + partition + "&from=" + from + "&limit=" + limit
                + "&wait=" + wait.toSeconds()));
    }

    /** The connection strings of the service and its hubs: secrets. */
    public List<Document> connectionStrings() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/connection-strings"));
    }

    String provisioningConnectionString() throws IOException, InterruptedException {
        return connectionStrings().stream()
                .filter(entry -> entry.text("policy").equals(SERVICE_POLICY))
                .map(entry -> entry.text("connectionString"))
                .findFirst()
                .orElseThrow(() -> new IOException("the server has no connection string for its provisioning service"));
    }

    String hubConnectionString(Optional<String> hub) throws IOException, InterruptedException {
        List<Document> hubs = connectionStrings().stream()
                .filter(entry -> entry.text("policy").equals(HUB_POLICY))
                .toList();
        return hubs.stream()
                .filter(entry -> hub.isEmpty() || entry.text("hostName").equalsIgnoreCase(hub.get()))
                .map(entry -> entry.text("connectionString"))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The server has no such hub.",
                        new Explanation(
                                "hub '" + hub.orElse("") + "'",
                                "the server's own are "
                                        + hubs.stream()
                                                .map(entry -> entry.text("hostName"))
                                                .collect(Collectors.joining(", ")),
                                "name one of these with --hub")));
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    private byte[] send(String method, String path, byte[] body) throws IOException, InterruptedException {
        return rest.send(caller.call(method, path, body, "")).body();
    }
}
