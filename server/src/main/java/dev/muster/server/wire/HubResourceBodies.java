package dev.muster.server.wire;

import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Etag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bodies of a hub as a resource, as Azure Resource Manager writes them.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/iot-hub-resource">IoT Hub: the resource</a>
 */
public final class HubResourceBodies {
    private static final String TYPE = "Microsoft.Devices/IotHubs";

    private HubResourceBodies() {}

    /**
     * @param path its id
     * @param name its host name
     */
    public static Map<String, Object> print(String path, String name, Etag etag) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", path);
        body.put("name", name);
        body.put("type", TYPE);
        body.put("location", ResourceBodies.LOCATION);
        body.put("tags", Map.of());
        body.put("etag", etag.value());
        body.put("sku", Map.of("name", "S1", "tier", "Standard", "capacity", 1));
        body.put("properties", Map.of("state", "Active", "provisioningState", "Succeeded", "hostName", name));
        return body;
    }

    /**
     * The policies that a hub is to have, empty to leave them as they are.
     *
     * @throws dev.muster.base.Refusal INVALID_ARGUMENT
     */
    public static Optional<List<AccessPolicyRegistry.Draft>> parsePolicies(Map<String, Object> json) {
        return JsonObject.camelCased(json)
                .object("properties")
                .flatMap(
                        properties -> ResourceBodies.each(properties, "authorizationPolicies", ResourceBodies::policy));
    }
}
