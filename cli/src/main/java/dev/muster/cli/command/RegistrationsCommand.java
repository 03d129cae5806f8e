package dev.muster.cli.command;

import dev.muster.cli.client.Document;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster registrations}: who tried to register, and why it went as it did. */
@Command(
        name = "registrations",
        description = "Who registered, who was refused, and why.",
        subcommands = {
            RegistrationsCommand.Explain.class,
            RegistrationsCommand.ListAll.class,
            RegistrationsCommand.Show.class,
            RegistrationsCommand.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class RegistrationsCommand {
    /** {@code muster registrations explain}. */
    @Command(name = "explain", description = "Say what became of a device's attempts to register, newest first.")
    static final class Explain implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Option(names = "--json", description = "Print JSON, one object a line.")
        private boolean json;

        @Parameters(paramLabel = "ID", description = "Registration id of the device.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                List<Document> attempts = client.administration().attempts(id);
                if (json) {
                    attempts.forEach(out::println);
                } else if (attempts.isEmpty()) {
                    out.println("No device has tried to register as '" + id + "'. If it thinks it has: check its host"
                            + " name, port and id scope, and that it trusts the server's CA.");
                } else {
                    attempts.forEach(attempt -> Attempts.explain(attempt, out));
                }
            });
        }
    }

    /** {@code muster registrations show}. */
    @Command(name = "show", description = "Show where a device is assigned.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Parameters(paramLabel = "ID", description = "Registration id of the device.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform(
                    (client, out) -> listing.show(out, client.registrations().find(id)));
        }
    }

    /** {@code muster registrations delete}. */
    @Command(
            name = "delete",
            description =
                    "Forget that a device has registered; its device in the hub stays, and it may register again.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "ID", description = "Registration id of the device.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                client.registrations().delete(id);
                out.println("Deleted registration '" + id + "'.");
            });
        }
    }

    /** {@code muster registrations list}. */
    @Command(name = "list", description = "List the newest attempts of all devices to register.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Option(names = "--failed", description = "Only those that were refused.")
        private boolean failed;

        @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "At most so many; default 50.")
        private int limit;

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                listing.print(
                        out,
                        client.administration().attempts(failed, limit),
                        failed ? "No attempt was refused." : "No device has tried to register.",
                        new Table("TIME", "REGISTRATION ID", "FROM", "BY", "OUTCOME"),
                        attempt -> new String[] {
                            attempt.text("time"),
                            attempt.text("registrationId"),
                            attempt.text("peer"),
                            attempt.text("transport"),
                            attempt.text("outcome")
                        });
            });
        }
    }
}
