package dev.muster.registration;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.LinkedHubRegistry;
import dev.muster.base.AccessPolicies;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.Transactions;
import dev.muster.enrollment.AllocationPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The provisioning service as one thing that its owner looks at and changes. Its version mark is made of what it holds,
 * so whatever changes it changes the mark too. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
public final class ProvisioningService {
    private final AccessPolicyRegistry policies;
    private final LinkedHubRegistry hubs;
    private final ResourceTags tags;
    private final Transactions transactions;

    public ProvisioningService(
            AccessPolicyRegistry policies, LinkedHubRegistry hubs, ResourceTags tags, Transactions transactions) {
        this.policies = policies;
        this.hubs = hubs;
        this.tags = tags;
        this.transactions = transactions;
    }

    /**
     * What it holds.
     *
     * @param allocationPolicy of enrollments that have none of their own
     */
    public record Description(
            List<SharedAccessPolicy> policies,
            List<HubLink> hubs,
            AllocationPolicy allocationPolicy,
            Map<String, String> tags,
            Etag etag) {}

    /**
     * What its owner wants of it.
     *
     * @param policies all that there are to be; empty to leave them as they are
     * @param hubs likewise
     * @param tags likewise
     */
    public record Change(
            Optional<List<AccessPolicyRegistry.Draft>> policies,
            Optional<List<LinkedHubRegistry.Draft>> hubs,
            Optional<AllocationPolicy> allocationPolicy,
            Optional<Map<String, String>> tags) {}

    public Description describe() {
        List<SharedAccessPolicy> keys = policies.list(AccessPolicies.PROVISIONING);
        List<HubLink> linked = hubs.list();
        Map<String, String> labels = tags.all();
        return new Description(keys, linked, hubs.policy(), labels, etag(keys, linked, List.of(hubs.policy(), labels)));
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public SharedAccessPolicy policy(String name) {
        return policies.find(AccessPolicies.PROVISIONING, name);
    }

    /** @throws Refusal INVALID_ARGUMENT, or what the precondition throws; then nothing was changed */
    public Description change(Change change, Precondition precondition) {
        try {
            return transactions.run(() -> {
                precondition.check(
                        "The provisioning service", Optional.of(describe().etag()));
                change.policies().ifPresent(drafts -> policies.replaceAll(AccessPolicies.PROVISIONING, drafts));
                change.hubs().ifPresent(hubs::replaceAll);
                change.allocationPolicy().ifPresent(hubs::changePolicy);
                change.tags().ifPresent(tags::replaceAll);
                return describe();
            });
        } finally {
            hubs.refresh();
        }
    }

    private static Etag etag(List<SharedAccessPolicy> policies, List<HubLink> hubs, List<Object> others) {
        StringBuilder content = new StringBuilder().append(others).append(hubs);
        // A hub's key is not in its text.
        hubs.forEach(hub -> hub.access()
                .map(HubLink.Access::key)
                .ifPresent(key -> content.append(key.base64()).append('\n')));
        return Etag.ofContent(content + AccessPolicyRegistry.content(policies));
    }
}
