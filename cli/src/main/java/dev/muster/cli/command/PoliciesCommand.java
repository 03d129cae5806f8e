package dev.muster.cli.command;

import dev.muster.base.Refusal;
import dev.muster.cli.client.AccessPoliciesApi;
import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster policies}: shared access policies of the provisioning service. */
@Command(
        name = "policies",
        description = "Shared access policies of the provisioning service: who may do what with which key.",
        subcommands = {
            PoliciesCommand.Create.class,
            PoliciesCommand.ListAll.class,
            PoliciesCommand.Rotate.class,
            PoliciesCommand.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class PoliciesCommand {
    /** {@code muster policies create}. */
    @Command(name = "create", description = "Create a policy with two new keys, or give one other rights.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What to call it.")
        private String name = "";

        @Option(
                names = "--right",
                paramLabel = "RIGHT",
                required = true,
                split = ",",
                description = "ServiceConfig, EnrollmentRead, EnrollmentWrite, RegistrationStatusRead,"
                        + " RegistrationStatusWrite or DeviceConnect; several with commas or by repeating it.")
        private List<String> rights = List.of();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                client.policies().put(name, String.join(",", rights));
                out.println("Shared access policy '" + name + "' has the rights " + String.join(", ", rights)
                        + "; 'muster keys show' prints its connection string.");
            });
        }
    }

    /** {@code muster policies list}. */
    @Command(name = "list", description = "List the policies, without their keys.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> listing.print(
                    out,
                    client.policies().list().stream()
                            .map(policy -> policy.without("primaryKey").without("secondaryKey"))
                            .toList(),
                    "There are no shared access policies.",
                    new Table("NAME", "RIGHTS"),
                    policy -> new String[] {policy.text("keyName"), policy.text("rights")}));
        }
    }

    /** {@code muster policies rotate}. */
    @Command(
            name = "rotate",
            description = "Make a new key of a policy; who uses the old one is refused from then on. Let callers change"
                    + " to the secondary key, rotate the primary, and the other way round.")
    static final class Rotate implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What the policy is called.")
        private String name = "";

        @Option(names = "--secondary", description = "The secondary key instead of the primary.")
        private boolean secondary;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                AccessPoliciesApi policies = client.policies();
                Document policy = find(policies, name);
                policies.rotate(policy, secondary ? "secondaryKey" : "primaryKey");
                out.println("Shared access policy '" + name + "' has a new " + (secondary ? "secondary" : "primary")
                        + " key.");
            });
        }
    }

    /** {@code muster policies delete}. */
    @Command(name = "delete", description = "Delete a policy; who uses its keys is refused from then on.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What the policy is called.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                AccessPoliciesApi policies = client.policies();
                policies.delete(find(policies, name).text("keyName"));
                out.println("Deleted shared access policy '" + name + "'.");
            });
        }
    }

    private static Document find(AccessPoliciesApi policies, String name) throws IOException, InterruptedException {
        return policies.list().stream()
                .filter(policy -> policy.text("keyName").equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "There is no shared access policy '" + name + "'; 'muster policies list' lists them."));
    }
}
