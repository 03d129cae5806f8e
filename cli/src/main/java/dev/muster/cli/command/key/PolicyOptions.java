package dev.muster.cli.command.key;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.AccessPoliciesApi;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose shared access policies, and how to talk to it. */
final class PolicyOptions {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--hub",
            paramLabel = "NAME",
            description = "Those of this hub of the server instead of the provisioning service's.")
    private Optional<String> hub = Optional.empty();

    /** What a command does with policies. */
    @FunctionalInterface
    interface Work {
        void run(AccessPoliciesApi policies, PrintWriter out) throws IOException, InterruptedException;
    }

    ServerOptions server() {
        return server;
    }

    int perform(Work work) throws IOException, InterruptedException {
        return server.perform(
                (client, out) -> work.run(hub.isPresent() ? client.hubPolicies(hub.get()) : client.policies(), out));
    }

    /** @throws Refusal INVALID_ARGUMENT when it is not there */
    static Document find(AccessPoliciesApi policies, String name) throws IOException, InterruptedException {
        List<Document> known = policies.list();
        return known.stream()
                .filter(policy -> policy.text("keyName").equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "There is no shared access policy '" + name + "'.",
                        new Explanation(
                                "shared access policy '" + name + "'",
                                "there are "
                                        + known.stream()
                                                .map(policy -> policy.text("keyName"))
                                                .collect(Collectors.joining(", ")),
                                "name one of these, or with --hub the hub that has it")));
    }
}
