package dev.muster.cli.apply;

import dev.muster.cli.apply.Catalog.Found;
import dev.muster.cli.apply.Step.Action;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;

/** Compares a setup with a server, reading only. For one thread. */
public final class Planner {
    private final boolean prune;
    private final DoubleConsumer progress;
    private int size;
    private int looked;

    /**
     * @param prune whether what the file does not declare is to be deleted, in the sections that it has
     * @param progress told how much is done, from 0 to 1
     */
    public Planner(boolean prune, DoubleConsumer progress) {
        this.prune = prune;
        this.progress = progress;
    }

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT when the setup refers to what is not there */
    public Plan plan(Setup setup, OwnerClient client) throws IOException, InterruptedException {
        size = Math.max(1, setup.size());
        looked = 0;
        new References(setup, prune).check(client);
        List<Step> steps = new ArrayList<>();
        ServiceVersion version = new ServiceVersion();
        if (setup.certificates().isPresent()) {
            steps.addAll(
                    steps(Kind.CERTIFICATE, setup.certificates().get(), new CaCertificates(client.certificates())));
        }
        if (setup.hubs().isPresent()) {
            List<String> own = client.administration().status().texts("hubs");
            steps.addAll(steps(Kind.HUB, setup.hubs().get(), new LinkedHubs(client.linkedHubs(), own, version)));
        }
        Optional<Declared.AllocationPolicy> allocation = setup.allocationPolicy();
        if (allocation.isPresent()) {
            AllocationPolicies catalog = new AllocationPolicies(client.linkedHubs(), version);
            steps.addAll(steps(Kind.ALLOCATION_POLICY, List.of(allocation.get()), catalog));
        }
        if (setup.policies().isPresent()) {
            steps.addAll(steps(Kind.POLICY, setup.policies().get(), new AccessPolicies(client, version)));
        }
        if (setup.entries().groups().isPresent()) {
            steps.addAll(
                    steps(Kind.GROUP, setup.entries().groups().get(), new Enrollments(Kind.GROUP, client.groups())));
        }
        if (setup.entries().enrollments().isPresent()) {
            steps.addAll(steps(
                    Kind.ENROLLMENT,
                    setup.entries().enrollments().get(),
                    new Enrollments(Kind.ENROLLMENT, client.enrollments())));
        }
        if (setup.entries().devices().isPresent()) {
            steps.addAll(steps(Kind.DEVICE, setup.entries().devices().get(), new HubDevices(client)));
        }
        return Plan.of(steps);
    }

    /** Of one kind, in the order of the file. */
    <D extends Declared> List<Step> steps(Kind kind, List<D> declared, Catalog<D> catalog)
            throws IOException, InterruptedException {
        List<Step> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (D wanted : declared) {
            names.add(key(wanted.name()));
            steps.add(step(wanted, catalog));
            progress.accept((double) ++looked / Math.max(size, looked));
        }
        if (prune) {
            for (Found found : catalog.deletable()) {
                if (!names.contains(key(found.name()))) {
                    steps.add(new Step(kind, found.name(), Action.DELETE, List.of(), () -> catalog.delete(found)));
                }
            }
        }
        return steps;
    }

    private static <D extends Declared> Step step(D wanted, Catalog<D> catalog)
            throws IOException, InterruptedException {
        Optional<Found> there = catalog.find(wanted);
        if (there.isEmpty()) {
            return new Step(wanted.kind(), wanted.name(), Action.CREATE, List.of(), () -> catalog.create(wanted));
        }
        Found found = there.get();
        List<Difference> differences = Difference.between(found.members(), wanted.members());
        return new Step(
                wanted.kind(),
                wanted.name(),
                differences.isEmpty() ? Action.KEEP : Action.CHANGE,
                differences,
                () -> catalog.change(wanted, found, differences));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
