package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;

/**
 * Registrations as the service API shows them. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/device-registration-state">DPS: registration
 *     state</a>
 */
public final class RegistrationsApi {
    private static final String API_VERSION = "?api-version=2021-10-01";

    private final Rest rest;
    private final Caller caller;

    RegistrationsApi(Rest rest, Caller caller) {
        this.rest = rest;
        this.caller = caller;
    }

    public Document find(String id) throws IOException, InterruptedException {
        return Document.parse(
                rest.send(call("GET", id, "RegistrationStatusRead")).body());
    }

    public void delete(String id) throws IOException, InterruptedException {
        rest.send(call("DELETE", id, "RegistrationStatusWrite"));
    }

    private Rest.Call call(String method, String id, String right) {
        return caller.call(method, "/registrations/" + Rest.encode(id) + API_VERSION, new byte[0], right);
    }
}
