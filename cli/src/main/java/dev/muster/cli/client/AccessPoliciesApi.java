package dev.muster.cli.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The shared access policies of the provisioning service, through the control plane. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
public final class AccessPoliciesApi {
    private static final String API_VERSION = "?api-version=2022-12-12";
    private static final int KEY_BYTES = 32;

    private final Rest rest;
    private final String authorization;
    private final String resource;

    AccessPoliciesApi(Rest rest, String authorization, String serviceName) {
        this.rest = rest;
        this.authorization = authorization;
        this.resource = "/subscriptions/muster/resourceGroups/muster/providers/Microsoft.Devices/provisioningServices/"
                + Rest.encode(serviceName);
    }

    /** With their keys, which are secrets. */
    public List<Document> list() throws IOException, InterruptedException {
        return Document.parseList(
                rest.send(call("POST", "/listkeys", new byte[0])).body());
    }

    /**
     * Creates a policy with two new keys, or gives one other rights.
     *
     * @param rights comma-separated, as Azure spells them
     */
    public void put(String name, String rights) throws IOException, InterruptedException {
        change(name, Map.of("keyName", name, "rights", rights));
    }

    /** @throws RefusedByServer for one that Muster itself needs */
    public void delete(String name) throws IOException, InterruptedException {
        change(name, Map.of());
    }

    /**
     * Makes a new key of a policy; who uses the old one is refused from then on.
     *
     * @param which {@code primaryKey} or {@code secondaryKey}
     */
    public void rotate(Document policy, String which) throws IOException, InterruptedException {
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        String name = policy.text("keyName");
        change(
                name,
                Map.of(
                        "keyName",
                        name,
                        "rights",
                        policy.text("rights"),
                        which,
                        Base64.getEncoder().encodeToString(secret)));
    }

    /** The server takes all policies or none, so they are read first; refused when they have changed in between. */
    private void change(String name, Map<String, ?> policy) throws IOException, InterruptedException {
        Document before = Document.parse(rest.send(call("GET", "", new byte[0])).body());
        List<Map<String, ?>> policies = new ArrayList<>();
        for (Document other : list()) {
            if (!other.text("keyName").equalsIgnoreCase(name)) {
                policies.add(Map.of("keyName", other.text("keyName"), "rights", other.text("rights")));
            }
        }
        if (!policy.isEmpty()) {
            policies.add(policy);
        }
        Document change = Document.of(Map.of("properties", Map.of("authorizationPolicies", policies)));
        rest.send(call("PUT", "", change.bytes()).with("If-Match", before.text("etag")));
    }

    private Rest.Call call(String method, String path, byte[] body) {
        return new Rest.Call(method, resource + path + API_VERSION, body, Map.of("Authorization", authorization));
    }
}
