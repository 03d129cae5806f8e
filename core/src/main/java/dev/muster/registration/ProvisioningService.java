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
    private final Transactions transactions;

    public ProvisioningService(AccessPolicyRegistry policies, LinkedHubRegistry hubs, Transactions transactions) {
        this.policies = policies;
        this.hubs = hubs;
        this.transactions = transactions;
    }

    /**
     * What it holds.
     *
     * @param allocationPolicy of enrollments that have none of their own
     */
    public record Description(
            List<SharedAccessPolicy> policies, List<HubLink> hubs, AllocationPolicy allocationPolicy, Etag etag) {}

    /**
     * What its owner wants of it.
     *
     * @param policies all that there are to be; empty to leave them as they are
     * @param hubs likewise
     */
    public record Change(
            Optional<List<AccessPolicyRegistry.Draft>> policies,
            Optional<List<LinkedHubRegistry.Draft>> hubs,
            Optional<AllocationPolicy> allocationPolicy) {
        public static Change none() {
            return new Change(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    public Description describe() {
        List<SharedAccessPolicy> keys = policies.list(AccessPolicies.PROVISIONING);
        List<HubLink> linked = hubs.list();
        return new Description(keys, linked, hubs.policy(), etag(keys, linked, hubs.policy()));
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
                return describe();
            });
        } finally {
            hubs.refresh();
        }
    }

    private static Etag etag(List<SharedAccessPolicy> policies, List<HubLink> hubs, AllocationPolicy allocation) {
        // A hub's key is not in its text; a new one changes nothing that could be overwritten unseen.
        return Etag.ofContent(allocation + hubs.toString() + AccessPolicyRegistry.content(policies));
    }
}
