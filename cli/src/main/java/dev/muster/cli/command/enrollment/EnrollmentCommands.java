package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.owner.EnrollmentsApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What {@code muster enrollments} and {@code muster groups} do alike. */
final class EnrollmentCommands {
    private EnrollmentCommands() {}

    /** {@code show}. */
    @Command(name = "show", description = "Show one, without its keys.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        private EnrollmentKind kind = new EnrollmentsCommand();

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Parameters(paramLabel = "ID", description = "Registration id, or name of the group.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform(
                    (client, out) -> listing.show(out, kind.of(client).find(id)));
        }
    }

    /** {@code update}. */
    @Command(name = "update", description = "Change one; what is not named stays as it is.")
    static final class Update implements Callable<Integer> {
        @ParentCommand
        private EnrollmentKind kind = new EnrollmentsCommand();

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private EnrollmentChange change = new EnrollmentChange();

        @Mixin
        private CertificateIssuerOption issuer = new CertificateIssuerOption();

        @Parameters(paramLabel = "ID", description = "Registration id, or name of the group.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                EnrollmentsApi enrollments = kind.of(client);
                enrollments.update(id, issuer.applyTo(change.applyTo(enrollments.find(id))));
                out.println("Updated " + kind.title() + " '" + id + "'.");
            });
        }
    }

    /** {@code delete}. */
    @Command(name = "delete", description = "Delete one; its devices may stay connected to their hubs.")
    static final class Delete implements Callable<Integer> {
        @ParentCommand
        private EnrollmentKind kind = new EnrollmentsCommand();

        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "ID", description = "Registration id, or name of the group.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                kind.of(client).delete(id);
                out.println("Deleted " + kind.title() + " '" + id + "'.");
            });
        }
    }
}
