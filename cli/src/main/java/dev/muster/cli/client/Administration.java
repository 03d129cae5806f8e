package dev.muster.cli.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What only Muster has: attempts explained, the event stream, connection strings. Thread-safe. */
public final class Administration {
    private final Rest rest;
    private final String authorization;

    Administration(Rest rest, String authorization) {
        this.rest = rest;
        this.authorization = authorization;
    }

    public Document status() throws IOException, InterruptedException {
        return Document.parse(get("/muster/status"));
    }

    /** The newest attempts of one device to register, newest first. */
    public List<Document> attempts(String registrationId) throws IOException, InterruptedException {
        return Document.parseList(
                get("/muster/registrations/" + Rest.encode(registrationId) + "/attempts"), "attempts");
    }

    /** The newest attempts of all devices, newest first. */
    public List<Document> attempts(boolean failedOnly, int limit) throws IOException, InterruptedException {
        return Document.parseList(get("/muster/attempts?failed=" + failedOnly + "&limit=" + limit), "attempts");
    }

    /** The partitions of the event stream. */
    public List<Document> partitions() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/events/partitions"), "partitions");
    }

    /**
     * Events of one partition, in their order.
     *
     * @param wait how long to wait for the first one when there is none yet; full seconds, at most 20
     */
    public List<Document> events(long partition, long from, int limit, Duration wait)
            throws IOException, InterruptedException {
        return Document.parseList(
                get("/muster/events?partition=" + partition + "&from=" + from + "&limit=" + limit + "&wait="
                        + wait.toSeconds()),
                "events");
    }

    /** The connection strings of the service and its hubs: secrets. */
    public List<Document> connectionStrings() throws IOException, InterruptedException {
        return Document.parseList(get("/muster/connection-strings"), "connectionStrings");
    }

    String provisioningConnectionString() throws IOException, InterruptedException {
        return connectionStrings().stream()
                .filter(entry -> entry.text("service").equals("provisioning"))
                .map(entry -> entry.text("connectionString"))
                .findFirst()
                .orElseThrow(() -> new IOException("the server has no connection string for its provisioning service"));
    }

    byte[] get(String path) throws IOException, InterruptedException {
        return send("GET", path, new byte[0]);
    }

    byte[] send(String method, String path, byte[] body) throws IOException, InterruptedException {
        return rest.send(new Rest.Call(method, path, body, Map.of("Authorization", authorization)))
                .body();
    }
}
