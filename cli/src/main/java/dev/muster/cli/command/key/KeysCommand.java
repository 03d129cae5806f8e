package dev.muster.cli.command.key;

import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster keys}: the one place where secrets are printed. */
@Command(
        name = "keys",
        description = "Id scope, connection strings and the keys of enrollments.",
        subcommands = {
            KeysCommand.Show.class,
            KeysCommand.OfEnrollment.class,
            KeysCommand.OfGroup.class,
            KeysRotateCommand.class,
            KeysDeriveCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand {
    /** {@code muster keys show}. */
    @Command(name = "show", description = "Print the id scope and the connection strings, which are secrets.")
    static final class Show implements Callable<Integer> {
        private static final int STANDARD_PORT = 443;

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                if (!listing.isJson()) {
                    out.println("id scope  " + client.administration().status().text("idScope"));
                }
                List<Document> strings = client.administration().connectionStrings();
                listing.print(
                        out,
                        strings,
                        "There are no connection strings.",
                        new Table("HOST", "POLICY", "CONNECTION STRING"),
                        entry -> new String[] {
                            entry.text("hostName"), entry.text("policy"), entry.text("connectionString")
                        });
                if (!listing.isJson()) {
                    strings.stream()
                            .map(entry -> entry.number("httpsPort"))
                            .filter(port -> port != STANDARD_PORT)
                            .findFirst()
                            .ifPresent(port -> explainPort(out, port));
                }
            });
        }

        /** A port in a connection string helps some clients and makes others refuse it. */
        private static void explainPort(PrintWriter out, long port) {
            out.println();
            out.println("This server's HTTPS port is " + port + ", and connection strings have no place for it:");
            out.println(
                    "  SDKs for Java, Node, C# and C   always call port 443: set listen.https to 443, or forward 443"
                            + " to " + port);
            out.println("  Azure CLI (az iot ... --login)  takes HostName=HOST:" + port + " in place of HostName=HOST");
        }
    }

    /** {@code muster keys enrollment}. */
    @Command(name = "enrollment", description = "Print the keys of an individual enrollment, primary and secondary.")
    static final class OfEnrollment implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "ID", description = "Registration id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> print(client.enrollments().attestation(id), out));
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

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> print(client.groups().attestation(id), out));
        }
    }

    private static void print(Document attestation, PrintWriter out) {
        if (attestation.find("symmetricKey", "primaryKey").isEmpty()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "It has no symmetric keys.");
        }
        out.println(attestation.text("symmetricKey", "primaryKey"));
        out.println(attestation.text("symmetricKey", "secondaryKey"));
    }
}
