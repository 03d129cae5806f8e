package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.cli.client.owner.LinkedHubsApi;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hubs that devices of a service are assigned to. For one thread. */
final class LinkedHubs implements Catalog<Declared.Hub> {
    private final LinkedHubsApi api;
    private final List<String> own;
    private final ServiceVersion version;

    /** @param own the hubs of the server itself, which cannot be unlinked */
    LinkedHubs(LinkedHubsApi api, List<String> own, ServiceVersion version) {
        this.api = api;
        this.own = own;
        this.version = version;
    }

    @Override
    public Optional<Found> find(Declared.Hub declared) throws IOException, InterruptedException {
        return all().stream()
                .filter(hub -> hub.name().equalsIgnoreCase(declared.name()))
                .findFirst();
    }

    @Override
    public List<Found> deletable() throws IOException, InterruptedException {
        return all().stream()
                .filter(hub -> own.stream().noneMatch(hub.name()::equalsIgnoreCase))
                .toList();
    }

    @Override
    public void create(Declared.Hub declared) throws IOException, InterruptedException {
        put(declared);
    }

    @Override
    public void change(Declared.Hub declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        put(declared);
    }

    @Override
    public void delete(Found found) throws IOException, InterruptedException {
        version.left(api.remove(version.latest(api::read), found.name()));
    }

    private void put(Declared.Hub declared) throws IOException, InterruptedException {
        Map<String, Object> hub = new LinkedHashMap<>(declared.terms());
        declared.connectionString()
                .map(ConnectionString::text)
                .ifPresentOrElse(text -> hub.put("connectionString", text), () -> hub.put("name", declared.name()));
        version.left(api.put(version.latest(api::read), declared.name(), hub));
    }

    private List<Found> all() throws IOException, InterruptedException {
        return LinkedHubsApi.hubs(version.latest(api::read)).stream()
                .map(LinkedHubs::found)
                .toList();
    }

    private static Found found(Document hub) {
        return new Found(hub.text("name"), hub.flat(), hub);
    }
}
