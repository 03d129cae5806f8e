package dev.muster.base;

import dev.muster.base.Refusal.Reason;
import dev.muster.base.SharedAccessPolicy.Right;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The owner's shared access policies: which there may be, and how their keys are made and rolled. Safe for any number
 * of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-control-access">DPS: control access</a>
 */
public final class AccessPolicyRegistry {
    /** The policies that services are born with and that Muster's own commands use. */
    private static final Set<String> OWNERS = Set.of("provisioningserviceowner", "iothubowner");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!._-]{1,64}");
    private static final Set<Right> PROVISIONING_RIGHTS = Set.copyOf(EnumSet.of(
            Right.SERVICE_CONFIG,
            Right.ENROLLMENT_READ,
            Right.ENROLLMENT_WRITE,
            Right.REGISTRATION_STATUS_READ,
            Right.REGISTRATION_STATUS_WRITE,
            Right.DEVICE_CONNECT));
    private static final Set<Right> HUB_RIGHTS = Set.copyOf(
            EnumSet.of(Right.REGISTRY_READ, Right.REGISTRY_WRITE, Right.SERVICE_CONNECT, Right.DEVICE_CONNECT));

    /** As long as the keys that Azure makes. */
    private static final int KEY_BYTES = 32;

    private final AccessPolicies policies;
    private final Transactions transactions;
    private final RandomGenerator random;

    public AccessPolicyRegistry(AccessPolicies policies, Transactions transactions, RandomGenerator random) {
        this.policies = policies;
        this.transactions = transactions;
        this.random = random;
    }

    /**
     * A policy as its owner writes it.
     *
     * @param primary empty to keep the key that is there, or have one made
     * @param secondary likewise
     */
    public record Draft(
            String name, Optional<SymmetricKey> primary, Optional<SymmetricKey> secondary, Set<Right> rights) {}

    /** In the order of their names. */
    public List<SharedAccessPolicy> list(String scope) {
        return policies.list(scope);
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public SharedAccessPolicy find(String scope, String name) {
        return policies.list(scope).stream()
                .filter(policy -> policy.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Reason.ENROLLMENT_NOT_FOUND,
                        "There is no shared access policy '" + name + "'.",
                        new Explanation(
                                "shared access policy '" + name + "'", "it is not there", "list those that are")));
    }

    /**
     * Makes these the policies: creates, changes and deletes as it takes.
     *
     * @throws Refusal INVALID_ARGUMENT, and nothing was changed
     */
    public void replaceAll(String scope, List<Draft> drafts) {
        check(scope, drafts);
        transactions.run(() -> {
            List<SharedAccessPolicy> before = policies.list(scope);
            for (Draft draft : drafts) {
                Optional<SharedAccessPolicy> known = named(before, draft.name());
                SharedAccessPolicy after = settle(draft, known);
                if (!known.equals(Optional.of(after))) {
                    policies.put(scope, after);
                }
            }
            before.stream()
                    .map(SharedAccessPolicy::name)
                    .filter(name ->
                            drafts.stream().noneMatch(draft -> draft.name().equalsIgnoreCase(name)))
                    .forEach(name -> policies.delete(scope, name));
            return true;
        });
    }

    /**
     * The same, unless they have changed since they were read.
     *
     * @throws Refusal INVALID_ARGUMENT, or what the precondition throws; then nothing was changed
     */
    public void replaceAll(String scope, List<Draft> drafts, Precondition precondition) {
        transactions.run(() -> {
            precondition.check("The list of shared access policies", Optional.of(etag(scope)));
            replaceAll(scope, drafts);
            return true;
        });
    }

    /** Changes with every policy of the scope. */
    public Etag etag(String scope) {
        return Etag.ofContent(content(policies.list(scope)));
    }

    /** All there is to policies, keys included: for etags alone. */
    public static String content(List<SharedAccessPolicy> policies) {
        StringBuilder content = new StringBuilder();
        policies.forEach(policy -> content.append(policy.name())
                .append('\n')
                .append(policy.primaryKey())
                .append('\n')
                .append(policy.secondaryKey())
                .append('\n')
                .append(policy.rights().stream().sorted().toList())
                .append('\n'));
        return content.toString();
    }

    private SharedAccessPolicy settle(Draft draft, Optional<SharedAccessPolicy> known) {
        return new SharedAccessPolicy(
                known.map(SharedAccessPolicy::name).orElse(draft.name()),
                draft.primary()
                        .map(SymmetricKey::base64)
                        .or(() -> known.map(SharedAccessPolicy::primaryKey))
                        .orElseGet(this::newKey),
                draft.secondary()
                        .map(SymmetricKey::base64)
                        .or(() -> known.map(SharedAccessPolicy::secondaryKey))
                        .orElseGet(this::newKey),
                draft.rights());
    }

    private void check(String scope, List<Draft> drafts) {
        Set<Right> possible = scope.equals(AccessPolicies.PROVISIONING) ? PROVISIONING_RIGHTS : HUB_RIGHTS;
        Set<String> names = new HashSet<>();
        for (Draft draft : drafts) {
            String title = "shared access policy '" + draft.name() + "'";
            if (!NAME.matcher(draft.name()).matches()) {
                throw invalid(title, "its name is not of 1 to 64 letters, digits, '!', '.', '_' and '-'", "rename it");
            }
            if (!names.add(draft.name().toLowerCase(Locale.ROOT))) {
                throw invalid(title, "it is there twice", "give each policy a name of its own");
            }
            if (draft.rights().isEmpty() || !possible.containsAll(draft.rights())) {
                throw invalid(
                        title,
                        "its rights are '" + wireNames(draft.rights()) + "'",
                        "give it one at least of " + wireNames(possible));
            }
        }
        policies.list(scope).stream()
                .filter(policy -> OWNERS.contains(policy.name()))
                .forEach(owner -> checkOwner(owner, drafts));
    }

    private static void checkOwner(SharedAccessPolicy owner, List<Draft> drafts) {
        boolean kept = drafts.stream()
                .anyMatch(draft -> draft.name().equalsIgnoreCase(owner.name())
                        && draft.rights().containsAll(owner.rights()));
        if (!kept) {
            throw invalid(
                    "shared access policy '" + owner.name() + "'",
                    "Muster's own commands use it, so it can neither go nor lose a right",
                    "roll its keys instead (muster keys rotate " + owner.name() + ")");
        }
    }

    private static Optional<SharedAccessPolicy> named(List<SharedAccessPolicy> policies, String name) {
        return policies.stream()
                .filter(policy -> policy.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private String newKey() {
        return SymmetricKey.random(KEY_BYTES, random).base64();
    }

    private static String wireNames(Set<Right> rights) {
        return new TreeSet<>(rights).stream().map(Right::wireName).collect(Collectors.joining(", "));
    }

    private static Refusal invalid(String subject, String rule, String remedy) {
        return new Refusal(
                Reason.INVALID_ARGUMENT,
                "The shared access policies are not valid.",
                new Explanation(subject, rule, remedy));
    }
}
