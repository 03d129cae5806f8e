package dev.muster.cli.client;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The provisioning service as a resource of the control plane. The server takes all policies or hubs or none, so
 * whoever changes one reads them first and says by the etag what was read. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
final class ProvisioningResource {
    private static final String API_VERSION = "?api-version=2022-12-12";

    private final Rest rest;
    private final String authorization;
    private final String path;

    ProvisioningResource(Rest rest, String authorization, String serviceName) {
        this.rest = rest;
        this.authorization = authorization;
        this.path = "/subscriptions/muster/resourceGroups/muster/providers/Microsoft.Devices/provisioningServices/"
                + Rest.encode(serviceName);
    }

    Document read() throws IOException, InterruptedException {
        return Document.parse(rest.send(call("GET", "", new byte[0])).body());
    }

    /** The policies with their keys, which are secrets. */
    List<Document> keys() throws IOException, InterruptedException {
        return Document.parseList(
                rest.send(call("POST", "/listkeys", new byte[0])).body());
    }

    /**
     * Changes the properties that are named, unless something has changed since it was read.
     *
     * @param read what {@link #read} returned
     */
    void change(Map<String, ?> properties, Document read) throws IOException, InterruptedException {
        byte[] change = Document.of(Map.of("properties", properties)).bytes();
        rest.send(call("PUT", "", change).with("If-Match", read.text("etag")));
    }

    private Rest.Call call(String method, String below, byte[] body) {
        return new Rest.Call(method, path + below + API_VERSION, body, Map.of("Authorization", authorization));
    }
}
