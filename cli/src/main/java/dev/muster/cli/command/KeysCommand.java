package dev.muster.cli.command;

import dev.muster.cli.client.OwnerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster keys}: the one place where secrets are printed. */
@Command(
        name = "keys",
        description = "Id scope and connection strings.",
        subcommands = KeysCommand.Show.class,
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
                        new Table("SERVICE", "POLICY", "CONNECTION STRING"),
                        entry -> new String[] {
                            entry.text("service"), entry.text("policy"), entry.text("connectionString")
                        });
            }
            return 0;
        }
    }
}
