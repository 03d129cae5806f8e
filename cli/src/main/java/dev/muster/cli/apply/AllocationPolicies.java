package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.LinkedHubsApi;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The one allocation policy of a service, which is always there. For one thread. */
final class AllocationPolicies implements Catalog<Declared.AllocationPolicy> {
    private final LinkedHubsApi api;
    private final ServiceVersion version;

    AllocationPolicies(LinkedHubsApi api, ServiceVersion version) {
        this.api = api;
        this.version = version;
    }

    @Override
    public Optional<Found> find(Declared.AllocationPolicy declared) throws IOException, InterruptedException {
        Document service = version.latest(api::read);
        return Optional.of(new Found(
                declared.name(), Map.of("allocationPolicy", LinkedHubsApi.allocationPolicy(service)), service));
    }

    @Override
    public List<Found> deletable() {
        return List.of();
    }

    @Override
    public void create(Declared.AllocationPolicy declared) {
        throw new IllegalStateException("a service always has one");
    }

    @Override
    public void change(Declared.AllocationPolicy declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        version.left(api.changeAllocationPolicy(version.latest(api::read), declared.policy()));
    }

    @Override
    public void delete(Found found) {
        throw new IllegalStateException("a service always has one");
    }
}
