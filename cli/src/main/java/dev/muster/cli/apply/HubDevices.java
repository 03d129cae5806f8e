package dev.muster.cli.apply;

import dev.muster.cli.client.owner.DevicesApi;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The devices of a server's hubs. For one thread. */
final class HubDevices implements Catalog<Declared.Entry> {
    private final OwnerClient client;
    private final Map<String, DevicesApi> hubs = new HashMap<>();

    HubDevices(OwnerClient client) {
        this.client = client;
    }

    @Override
    public Optional<Found> find(Declared.Entry declared) throws IOException, InterruptedException {
        DevicesApi api = hub(declared);
        return ServerCall.ifThere(() -> api.find(declared.id()))
                .map(device -> new Found(declared.name(), Members.of(device), device));
    }

    /** Most devices come to be in a hub by registering, and nothing there tells which. */
    @Override
    public List<Found> deletable() {
        return List.of();
    }

    @Override
    public void create(Declared.Entry declared) throws IOException, InterruptedException {
        hub(declared).create(declared.body());
    }

    @Override
    public void change(Declared.Entry declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        hub(declared).update(declared.over(found.document(), differences));
    }

    @Override
    public void delete(Found found) {
        throw new IllegalStateException("none is deletable");
    }

    private DevicesApi hub(Declared.Entry device) throws IOException, InterruptedException {
        String key = device.hub().orElse("").toLowerCase(Locale.ROOT);
        DevicesApi known = hubs.get(key);
        if (known != null) {
            return known;
        }
        DevicesApi api = client.devices(device.hub());
        hubs.put(key, api);
        return api;
    }
}
