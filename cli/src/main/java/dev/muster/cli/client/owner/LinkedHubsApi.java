package dev.muster.cli.client.owner;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The hubs that devices are assigned to, through the control plane. Whoever changes them says what was read, and is
 * refused when that has changed since. Thread-safe.
 */
public final class LinkedHubsApi {
    private static final String HUBS = "iotHubs";

    private final ManagedResource resource;

    LinkedHubsApi(ManagedResource resource) {
        this.resource = resource;
    }

    /** The provisioning service with its hubs and its allocation policy. */
    public Document read() throws IOException, InterruptedException {
        return resource.read();
    }

    /** With the keys of their connection strings masked. */
    public static List<Document> hubs(Document read) {
        return read.list("properties", HUBS);
    }

    /** How the hub of enrollments without a policy of their own is chosen. */
    public static String allocationPolicy(Document read) {
        return read.text("properties", "allocationPolicy");
    }

    /** @return the service as it is now, as of all here */
    public Document changeAllocationPolicy(Document read, String policy) throws IOException, InterruptedException {
        return resource.change(Map.of("allocationPolicy", policy), read);
    }

    /**
     * Links a hub, or changes one that is linked.
     *
     * @param name its host name
     * @param hub with its {@code connectionString}, or its {@code name} where it is linked already
     */
    public Document put(Document read, String name, Map<String, ?> hub) throws IOException, InterruptedException {
        List<Map<String, ?>> hubs = others(read, name);
        hubs.add(hub);
        return resource.change(Map.of(HUBS, hubs), read);
    }

    /** @param name of one that is linked */
    public Document remove(Document read, String name) throws IOException, InterruptedException {
        return resource.change(Map.of(HUBS, others(read, name)), read);
    }

    private static List<Map<String, ?>> others(Document read, String name) {
        List<Map<String, ?>> others = new ArrayList<>();
        for (Document hub : hubs(read)) {
            if (!hub.text("name").equalsIgnoreCase(name)) {
                others.add(Map.of("name", hub.text("name")));
            }
        }
        return others;
    }
}
