package dev.muster.cli.apply;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.LinkedHubsApi;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whether what a setup refers to is in it or on the server. For one thread. */
final class References {
    private final Setup setup;
    private final boolean prune;
    private final Problems problems;

    References(Setup setup, boolean prune) {
        this.setup = setup;
        this.prune = prune;
        this.problems = new Problems(setup.file());
    }

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT when it is not; for an administrator alone, who can look */
    void check(OwnerClient client) throws IOException, InterruptedException {
        if (!client.isAdministrator()) {
            return;
        }
        List<String> own = client.administration().status().texts("hubs");
        checkOwn(own);
        Set<String> authorities = names(setup.certificates());
        if (!prune || setup.certificates().isEmpty()) {
            client.certificates().list().forEach(certificate -> authorities.add(key(certificate.text("name"))));
        }
        Set<String> linked = new TreeSet<>(own.stream().map(References::key).toList());
        List<Document> hubs = LinkedHubsApi.hubs(client.linkedHubs().read());
        checkHubs(hubs.stream().map(hub -> key(hub.text("name"))).toList());
        linked.addAll(names(setup.hubs()));
        if (!prune || setup.hubs().isEmpty()) {
            hubs.forEach(hub -> linked.add(key(hub.text("name"))));
        }
        for (Declared.Entry group : setup.entries().groups().orElse(List.of())) {
            Stream.of("primary", "secondary")
                    .flatMap(slot -> group.body().find("attestation", "x509", "caReferences", slot).stream())
                    .forEach(name -> check(group, "CA certificate", name, authorities));
        }
        Stream.of(setup.entries().groups(), setup.entries().enrollments())
                .flatMap(section -> section.orElse(List.of()).stream())
                .forEach(entry -> entry.body().texts("iotHubs").forEach(hub -> check(entry, "hub", hub, linked)));
        problems.check();
    }

    /** Policies and devices are those of the server's own hubs. */
    private void checkOwn(List<String> own) {
        Set<String> known = new TreeSet<>(own.stream().map(References::key).toList());
        checkEach(setup.policies(), Declared.Policy::hub, known);
        checkEach(setup.entries().devices(), Declared.Entry::hub, known);
    }

    private <D extends Declared> void checkEach(
            Optional<List<D>> section, Function<D, Optional<String>> hub, Set<String> known) {
        section.orElse(List.of())
                .forEach(declared ->
                        hub.apply(declared).ifPresent(name -> check(declared, "hub of this server", name, known)));
    }

    /** Without a connection string a hub cannot be linked. */
    private void checkHubs(List<String> there) {
        setup.hubs().orElse(List.of()).stream()
                .filter(hub -> hub.connectionString().isEmpty())
                .forEach(hub -> check(hub, "hub of this server", hub.name(), new TreeSet<>(there)));
    }

    private void check(Declared declared, String what, String name, Set<String> known) {
        if (!known.contains(key(name))) {
            problems.add(
                    declared.line(),
                    declared.kind().title() + " '" + declared.name() + "'",
                    "there is no " + what + " '" + name + "', neither in the file nor on the server; there are "
                            + String.join(", ", known));
        }
    }

    private static <D extends Declared> Set<String> names(Optional<List<D>> section) {
        return new TreeSet<>(section.orElse(List.of()).stream()
                .map(declared -> key(declared.name()))
                .toList());
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
