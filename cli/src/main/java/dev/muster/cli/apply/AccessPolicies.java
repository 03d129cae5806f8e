package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.AccessPoliciesApi;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The shared access policies of a service, and of the hubs that are named. For one thread. */
final class AccessPolicies implements Catalog<Declared.Policy> {
    /** Muster's own commands use it, so it stays. */
    private static final String OWNER = "provisioningserviceowner";

    private final Map<String, Holder> hubs = new HashMap<>();
    private final OwnerClient client;
    private final Holder service;

    AccessPolicies(OwnerClient client, ServiceVersion version) throws IOException, InterruptedException {
        this.client = client;
        this.service = new Holder(client.policies(), version);
    }

    /** Who has policies, and as what it was last seen. */
    private record Holder(AccessPoliciesApi api, ServiceVersion version) {
        List<Found> all() throws IOException, InterruptedException {
            // Before the policies, so that a change in between is noticed.
            version.latest(api::read);
            return api.list().stream().map(AccessPolicies::found).toList();
        }

        void put(Declared.Policy policy) throws IOException, InterruptedException {
            version.left(api.put(version.latest(api::read), policy.policy(), String.join(", ", policy.rights())));
        }
    }

    @Override
    public Optional<Found> find(Declared.Policy declared) throws IOException, InterruptedException {
        return holder(declared).all().stream()
                .filter(policy -> policy.name().equalsIgnoreCase(declared.policy()))
                .findFirst();
    }

    /** Those of hubs are not: hubs are born with several. */
    @Override
    public List<Found> deletable() throws IOException, InterruptedException {
        return service.all().stream()
                .filter(policy -> !policy.name().equals(OWNER))
                .toList();
    }

    @Override
    public void create(Declared.Policy declared) throws IOException, InterruptedException {
        holder(declared).put(declared);
    }

    @Override
    public void change(Declared.Policy declared, Found found, List<Difference> differences)
            throws IOException, InterruptedException {
        holder(declared).put(declared);
    }

    @Override
    public void delete(Found found) throws IOException, InterruptedException {
        AccessPoliciesApi api = service.api();
        service.version().left(api.delete(service.version().latest(api::read), found.name()));
    }

    private Holder holder(Declared.Policy declared) {
        return declared.hub()
                .map(hub -> hubs.computeIfAbsent(
                        hub.toLowerCase(Locale.ROOT), _ -> new Holder(client.hubPolicies(hub), new ServiceVersion())))
                .orElse(service);
    }

    private static Found found(Document policy) {
        return new Found(policy.text("keyName"), Map.of("rights", policy.text("rights")), policy);
    }
}
