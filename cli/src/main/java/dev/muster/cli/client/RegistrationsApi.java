package dev.muster.cli.client;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * Registrations as the service API shows them. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/device-registration-state">DPS: registration
 *     state</a>
 */
public final class RegistrationsApi {
    private static final String API_VERSION = "?api-version=2021-10-01";

    private final Rest rest;
    private final ConnectionString key;

    RegistrationsApi(Rest rest, ConnectionString key) {
        this.rest = rest;
        this.key = key;
    }

    public Document find(String id) throws IOException, InterruptedException {
        return Document.parse(rest.send(call("GET", id)).body());
    }

    public void delete(String id) throws IOException, InterruptedException {
        rest.send(call("DELETE", id));
    }

    private Rest.Call call(String method, String id) {
        return new Rest.Call(
                method,
                "/registrations/" + Rest.encode(id) + API_VERSION,
                new byte[0],
                Map.of("Authorization", key.token(Instant.now())));
    }
}
