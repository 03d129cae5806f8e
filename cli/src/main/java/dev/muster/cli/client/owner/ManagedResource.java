package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The provisioning service or a hub as a resource of the control plane. The server takes all policies or hubs or none,
 * so whoever changes one reads them first and says by the etag what was read. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
final class ManagedResource {
    private static final String PROVIDER = "/subscriptions/muster/resourceGroups/muster/providers/Microsoft.Devices/";
    private static final String API_VERSION = "?api-version=2022-12-12";

    private final Rest rest;
    private final Caller caller;
    private final String path;

    private ManagedResource(Rest rest, Caller caller, String path) {
        this.rest = rest;
        this.caller = caller;
        this.path = PROVIDER + path;
    }

    static ManagedResource provisioningService(Rest rest, Caller caller, String name) {
        return new ManagedResource(rest, caller, "provisioningServices/" + Rest.encode(name));
    }

    /** @param name host name of one of the server's own hubs */
    static ManagedResource hub(Rest rest, Caller caller, String name) {
        return new ManagedResource(rest, caller, "IotHubs/" + Rest.encode(name));
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
     * @param read what {@link #read} or this returned before
     * @return the resource as it is now
     */
    Document change(Map<String, ?> properties, Document read) throws IOException, InterruptedException {
        byte[] change = Document.of(Map.of("properties", properties)).bytes();
        return Document.parse(rest.send(call("PUT", "", change).with("If-Match", read.text("etag")))
                .body());
    }

    private Rest.Call call(String method, String below, byte[] body) {
        return caller.call(method, path + below + API_VERSION, body, "");
    }
}
