package dev.muster.allocation;

import dev.muster.allocation.HubLink.Access;
import dev.muster.allocation.LinkedHubs.Linked;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SymmetricKey;
import dev.muster.base.Transactions;
import dev.muster.enrollment.AllocationPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The owner's list of linked hubs. Changes count for later registrations. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/how-to-manage-linked-iot-hubs">DPS: linked hubs</a>
 */
public final class LinkedHubRegistry {
    private final HubLinks links;
    private final LinkedHubs linked;
    private final Transactions transactions;

    public LinkedHubRegistry(HubLinks links, LinkedHubs linked, Transactions transactions) {
        this.links = links;
        this.linked = linked;
        this.transactions = transactions;
    }

    /** What the owner says of a hub; what is left out stays as it is, or has Azure's default. */
    public record Terms(Optional<Integer> weight, Optional<Boolean> applyAllocationPolicy, Optional<String> location) {
        public static Terms none() {
            return new Terms(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** A hub as its owner writes it; the connection string says which, and for one that is linked the name will do. */
    public record Draft(Optional<String> hostName, Optional<String> connectionString, Terms terms) {}

    /** The hubs of this process first. */
    public List<HubLink> list() {
        return linked.now().hubs().stream().map(Linked::link).toList();
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public HubLink find(String hostName) {
        return linked.find(hostName).map(Linked::link).orElseThrow(() -> notFound(hostName));
    }

    /**
     * Links a hub of another server.
     *
     * @param connectionString its host name may have a port, by which it is reached; devices are told the bare name
     * @throws Refusal INVALID_ARGUMENT, or ALREADY_EXISTS for a hub that is linked
     */
    public HubLink add(String connectionString, Terms terms) {
        HubConnectionString given = HubConnectionString.parse(connectionString);
        SymmetricKey key = given.key().orElseThrow(() -> masked(given));
        checkWeight(terms);
        return change(() -> {
            if (linked.isLocal(given.hostName()) || isStored(given.hostName())) {
                throw new Refusal(Reason.ALREADY_EXISTS, "The IoT hub " + given.hostName() + " is already linked.");
            }
            HubLink link = new HubLink(
                    given.hostName(),
                    Optional.of(new Access(given.endpoint(), given.policy(), key)),
                    terms.weight().orElse(1),
                    terms.applyAllocationPolicy().orElse(true),
                    terms.location().orElse(""));
            links.put(link);
            return link;
        });
    }

    /**
     * Changes what is said of a linked hub, be it of this process or of another server.
     *
     * @param connectionString of the same hub; where its key is masked, the one that is stored stays. That of a hub of
     *     this process makes no difference
     * @throws Refusal ENROLLMENT_NOT_FOUND or INVALID_ARGUMENT
     */
    public HubLink update(String hostName, Optional<String> connectionString, Terms terms) {
        checkWeight(terms);
        Optional<HubConnectionString> given = connectionString.map(HubConnectionString::parse);
        given.filter(it -> !it.hostName().equalsIgnoreCase(hostName)).ifPresent(other -> {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The connection string is of the IoT hub " + other.hostName() + ", not of " + hostName + ".");
        });
        return change(() -> {
            HubLink before = stored(hostName)
                    .or(() -> linked.isLocal(hostName)
                            ? Optional.of(HubLink.ofThisProcess(find(hostName).hostName()))
                            : Optional.empty())
                    .orElseThrow(() -> notFound(hostName));
            HubLink after = new HubLink(
                    before.hostName(),
                    before.access()
                            .map(access -> given.map(it -> new Access(
                                            it.endpoint(), it.policy(), it.key().orElseGet(access::key)))
                                    .orElse(access)),
                    terms.weight().orElse(before.weight()),
                    terms.applyAllocationPolicy().orElse(before.applyAllocationPolicy()),
                    terms.location().orElse(before.location()));
            links.put(after);
            return after;
        });
    }

    /**
     * Devices that it has stay where they are.
     *
     * @throws Refusal ENROLLMENT_NOT_FOUND, or INVALID_ARGUMENT for a hub of this process
     */
    public void remove(String hostName) {
        if (linked.isLocal(hostName)) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The IoT hub " + hostName + " is one of this server.",
                    new Explanation(
                            "hub '" + hostName + "'",
                            "it is one of this server's own, which are always linked",
                            "take it out of muster.yaml, or let applyAllocationPolicy be false"));
        }
        change(() -> {
            links.delete(hostName);
            return true;
        });
    }

    /**
     * Makes these the linked hubs: links, changes and unlinks as it takes.
     *
     * @throws Refusal INVALID_ARGUMENT, or as {@link #add}, {@link #update} and {@link #remove}; then nothing was
     *     changed
     */
    public void replaceAll(List<Draft> drafts) {
        change(() -> {
            Set<String> named = new HashSet<>();
            for (Draft draft : drafts) {
                String hostName = hostName(draft);
                if (!named.add(hostName)) {
                    throw new Refusal(Reason.INVALID_ARGUMENT, "The IoT hub " + hostName + " is there twice.");
                }
                if (linked.isLocal(hostName) || isStored(hostName)) {
                    update(hostName, draft.connectionString(), draft.terms());
                } else {
                    add(draft.connectionString().orElseThrow(() -> notFound(hostName)), draft.terms());
                }
            }
            list().stream()
                    .map(HubLink::hostName)
                    .filter(hostName -> !named.contains(hostName.toLowerCase(Locale.ROOT)))
                    .forEach(this::remove);
            return true;
        });
    }

    /** Reads what another process, or a transaction that was undone, may have changed. */
    public void refresh() {
        linked.refresh();
    }

    private static String hostName(Draft draft) {
        return draft.connectionString()
                .map(text -> HubConnectionString.parse(text).hostName())
                .or(draft::hostName)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "An IoT hub has neither a connectionString nor a name.",
                        new Explanation("iotHubs", "one has neither", "give each its connectionString")));
    }

    /** The policy of enrollments that have none of their own. */
    public AllocationPolicy policy() {
        return linked.now().policy();
    }

    /** @throws Refusal INVALID_ARGUMENT for custom, which needs an enrollment's webhook */
    public void changePolicy(AllocationPolicy policy) {
        if (policy == AllocationPolicy.CUSTOM) {
            throw new Refusal(Reason.INVALID_ARGUMENT, "The allocationPolicy of the service must not be custom.");
        }
        change(() -> {
            links.put(policy);
            return policy;
        });
    }

    private <T> T change(Supplier<T> work) {
        T result = transactions.run(work);
        linked.refresh();
        return result;
    }

    private Optional<HubLink> stored(String hostName) {
        return links.all().stream()
                .filter(link -> link.hostName().equalsIgnoreCase(hostName))
                .findFirst();
    }

    private boolean isStored(String hostName) {
        return stored(hostName).flatMap(HubLink::access).isPresent();
    }

    private static void checkWeight(Terms terms) {
        terms.weight()
                .filter(weight -> weight < 1 || weight > HubLink.MAX_WEIGHT)
                .ifPresent(weight -> {
                    throw new Refusal(
                            Reason.INVALID_ARGUMENT,
                            "The allocationWeight of an IoT hub is a number from 1 to " + HubLink.MAX_WEIGHT + ".",
                            new Explanation("allocationWeight", weight + " is out of range", "give another"));
                });
    }

    private static Refusal masked(HubConnectionString given) {
        return new Refusal(
                Reason.INVALID_ARGUMENT,
                "The connection string of the IoT hub is not valid.",
                new Explanation(
                        "connection string of hub '" + given.hostName() + "'",
                        "its key is masked, and none is stored",
                        "give the whole connection string"));
    }

    private static Refusal notFound(String hostName) {
        return new Refusal(Reason.ENROLLMENT_NOT_FOUND, "No IoT hub " + hostName + " is linked.");
    }
}
