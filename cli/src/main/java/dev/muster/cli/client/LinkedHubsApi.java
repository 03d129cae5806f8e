package dev.muster.cli.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The hubs that devices are assigned to, through the control plane. Thread-safe. */
public final class LinkedHubsApi {
    private static final String HUBS = "iotHubs";

    private final ManagedResource resource;

    LinkedHubsApi(ManagedResource resource) {
        this.resource = resource;
    }

    /** With the keys of their connection strings masked. */
    public List<Document> list() throws IOException, InterruptedException {
        return resource.read().list("properties", HUBS);
    }

    /** How the hub of enrollments without a policy of their own is chosen. */
    public String allocationPolicy() throws IOException, InterruptedException {
        return resource.read().text("properties", "allocationPolicy");
    }

    public void changeAllocationPolicy(String policy) throws IOException, InterruptedException {
        resource.change(Map.of("allocationPolicy", policy), resource.read());
    }

    /**
     * Links a hub, or changes one that is linked.
     *
     * @param name its host name
     * @param hub with its {@code connectionString}, or its {@code name} where it is linked already
     */
    public void put(String name, Map<String, ?> hub) throws IOException, InterruptedException {
        Document read = resource.read();
        List<Map<String, ?>> hubs = new ArrayList<>();
        for (Document other : read.list("properties", HUBS)) {
            if (!other.text("name").equalsIgnoreCase(name)) {
                hubs.add(Map.of("name", other.text("name")));
            }
        }
        hubs.add(hub);
        resource.change(Map.of(HUBS, hubs), read);
    }

    /** @param name of one that is linked */
    public void remove(String name) throws IOException, InterruptedException {
        Document read = resource.read();
        List<Map<String, String>> others = read.list("properties", HUBS).stream()
                .filter(hub -> !hub.text("name").equalsIgnoreCase(name))
                .map(hub -> Map.of("name", hub.text("name")))
                .toList();
        resource.change(Map.of(HUBS, others), read);
    }
}
