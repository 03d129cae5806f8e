package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * The device identities and twins of one hub, through its service API. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
public final class DevicesApi {
    /** More a hub does not list at once. */
    public static final int MAX_LISTED = 1000;

    private static final String API_VERSION = "api-version=2021-04-12";
    private static final String ANY = "*";
    private static final String REGISTRY_READ = "RegistryRead";
    private static final String REGISTRY_WRITE = "RegistryWrite";

    private final Rest rest;
    private final Caller.Policy caller;

    DevicesApi(Rest rest, Caller.Policy caller) {
        this.rest = rest;
        this.caller = caller;
    }

    /** The first {@link #MAX_LISTED}. */
    public List<Document> list() throws IOException, InterruptedException {
        return Document.parseList(
                send(call("GET", "/devices?top=" + MAX_LISTED + "&" + API_VERSION, new byte[0], REGISTRY_READ)));
    }

    public Document find(String id) throws IOException, InterruptedException {
        return Document.parse(send(call("GET", device(id), new byte[0], REGISTRY_READ)));
    }

    /** @throws RefusedByServer when there is one of that id already */
    public Document create(Document device) throws IOException, InterruptedException {
        return Document.parse(send(call("PUT", device(device.text("deviceId")), device.bytes(), REGISTRY_WRITE)));
    }

    /** @param device as it was found, with what is to change; refused when it has changed since */
    public Document update(Document device) throws IOException, InterruptedException {
        Rest.Call call = call("PUT", device(device.text("deviceId")), device.bytes(), REGISTRY_WRITE);
        return Document.parse(send(call.with("If-Match", "\"" + device.text("etag") + "\"")));
    }

    public void delete(String id) throws IOException, InterruptedException {
        send(call("DELETE", device(id), new byte[0], REGISTRY_WRITE).with("If-Match", ANY));
    }

    public Document twin(String id) throws IOException, InterruptedException {
        return Document.parse(
                send(call("GET", "/twins/" + Rest.encode(id) + "?" + API_VERSION, new byte[0], "ServiceConnect")));
    }

    private static String device(String id) {
        return "/devices/" + Rest.encode(id) + "?" + API_VERSION;
    }

    private byte[] send(Rest.Call call) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = rest.send(call);
        return response.body();
    }

    /** The hub is told by its name, since a server may have several at one address. */
    private Rest.Call call(String method, String path, byte[] body, String right) {
        return caller.call(method, path, body, right).with("Host", caller.key().host());
    }
}
