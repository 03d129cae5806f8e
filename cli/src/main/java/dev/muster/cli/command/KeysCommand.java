package dev.muster.cli.command;

import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.OwnerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster keys}: the one place where secrets are printed. */
@Command(
        name = "keys",
        description = "Id scope, connection strings and the keys of enrollments.",
        subcommands = {
            KeysCommand.Show.class,
            KeysCommand.OfEnrollment.class,
            KeysCommand.OfGroup.class,
            KeysDeriveCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand {
    /** {@code muster keys show}. */
    @Command(name = "show", description = "Print the id scope and the connection strings, which are secrets.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            PrintWriter out = spec.commandLine().getOut();
            try (OwnerClient client = server.connect()) {
                if (!listing.isJson()) {
                    out.println("id scope  " + client.administration().status().text("idScope"));
                }
                listing.print(
                        out,
                        client.administration().connectionStrings(),
                        "There are no connection strings.",
                        new Table("HOST", "POLICY", "CONNECTION STRING"),
                        entry -> new String[] {
                            entry.text("hostName"), entry.text("policy"), entry.text("connectionString")
                        });
            }
            return 0;
        }
    }

    /** {@code muster keys enrollment}. */
    @Command(name = "enrollment", description = "Print the keys of an individual enrollment, primary and secondary.")
    static final class OfEnrollment implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "ID", description = "Registration id.")
        private String id = "";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            try (OwnerClient client = server.connect()) {
                return print(
                        client.enrollments().attestation(id), spec.commandLine().getOut());
            }
        }
    }

    /** {@code muster keys group}. */
    @Command(
            name = "group",
            description = "Print the keys of a group, primary and secondary, which are not for its devices.")
    static final class OfGroup implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "ID", description = "Name of the group.")
        private String id = "";

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws IOException, InterruptedException {
            try (OwnerClient client = server.connect()) {
                return print(client.groups().attestation(id), spec.commandLine().getOut());
            }
        }
    }

    private static int print(Document attestation, PrintWriter out) {
        if (attestation.find("symmetricKey", "primaryKey").isEmpty()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "It has no symmetric keys.");
        }
        out.println(attestation.text("symmetricKey", "primaryKey"));
        out.println(attestation.text("symmetricKey", "secondaryKey"));
        return 0;
    }
}
