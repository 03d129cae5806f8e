package dev.muster.cli.command.key;

import dev.muster.cli.command.Listing;
import dev.muster.cli.command.Table;
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
        description = "Shared access policies of the provisioning service or of a hub: who may do what with which key.",
        subcommands = {
            PoliciesCommand.Create.class,
            PoliciesCommand.ListAll.class,
            KeysRotateCommand.class,
            PoliciesCommand.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class PoliciesCommand {
    /** {@code muster policies create}. */
    @Command(name = "create", description = "Create a policy with two new keys, or give one other rights.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private PolicyOptions options = new PolicyOptions();

        @Parameters(paramLabel = "NAME", description = "What to call it.")
        private String name = "";

        @Option(
                names = "--right",
                paramLabel = "RIGHT",
                required = true,
                split = ",",
                description = "ServiceConfig, EnrollmentRead, EnrollmentWrite, RegistrationStatusRead,"
                        + " RegistrationStatusWrite or DeviceConnect; of a hub RegistryRead, RegistryWrite,"
                        + " ServiceConnect or DeviceConnect. Several with commas or by repeating it.")
        private List<String> rights = List.of();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return options.perform((policies, out) -> {
                policies.put(policies.read(), name, String.join(",", rights));
                out.println("Shared access policy '" + name + "' has the rights " + String.join(", ", rights)
                        + "; 'muster keys show' prints its connection string.");
            });
        }
    }

    /** {@code muster policies list}. */
    @Command(name = "list", description = "List the policies, without their keys.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private PolicyOptions options = new PolicyOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return options.perform((policies, out) -> listing.print(
                    out,
                    policies.list().stream()
                            .map(policy -> policy.without("primaryKey").without("secondaryKey"))
                            .toList(),
                    "There are no shared access policies.",
                    new Table("NAME", "RIGHTS"),
                    policy -> new String[] {policy.text("keyName"), policy.text("rights")}));
        }
    }

    /** {@code muster policies delete}. */
    @Command(name = "delete", description = "Delete a policy; who uses its keys is refused from then on.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private PolicyOptions options = new PolicyOptions();

        @Parameters(paramLabel = "NAME", description = "What the policy is called.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return options.perform((policies, out) -> {
                policies.delete(
                        policies.read(), PolicyOptions.find(policies, name).text("keyName"));
                out.println("Deleted shared access policy '" + name + "'.");
            });
        }
    }
}
