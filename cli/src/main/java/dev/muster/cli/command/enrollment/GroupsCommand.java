package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.EnrollmentsApi;
import dev.muster.cli.client.owner.OwnerClient;
import dev.muster.cli.command.CertificateFile;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster groups}: enrollment groups. */
@Command(
        name = "groups",
        description =
                "Enrollment groups: every device whose certificate an authority signed, or whose key was derived.",
        subcommands = {
            GroupsCommand.Create.class,
            GroupsCommand.ListAll.class,
            EnrollmentCommands.Show.class,
            EnrollmentCommands.Update.class,
            EnrollmentCommands.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class GroupsCommand implements EnrollmentKind {
    /** {@code muster groups create}. */
    @Command(name = "create", description = "Let in every device that an authority signed, or whose key was derived.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private CertificateIssuerOption issuer = new CertificateIssuerOption();

        @Parameters(paramLabel = "ID", description = "Name of the group.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Authority authority = new Authority();

        private static final class Authority {
            @Option(
                    names = "--certificate",
                    paramLabel = "FILE",
                    required = true,
                    description = "PEM or DER file with the authority's certificate, to be stored in the group.")
            private Path certificate = Path.of("");

            @Option(
                    names = "--ca",
                    paramLabel = "NAME",
                    required = true,
                    description = "Name of an uploaded CA certificate.")
            private String name = "";

            @Option(
                    names = "--symmetric-key",
                    required = true,
                    description = "Let the server make two keys; 'muster keys derive' makes the devices' of them.")
            private boolean symmetricKey;

            Document groupOf(String id) throws IOException {
                if (symmetricKey) {
                    return EnrollmentsApi.groupWithKeys(id);
                }
                return name.isEmpty()
                        ? EnrollmentsApi.groupSignedBy(id, CertificateFile.read(certificate))
                        : EnrollmentsApi.groupOf(id, name);
            }
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Document group = issuer.applyTo(authority.groupOf(id));
            return server.perform((client, out) -> {
                client.groups().create(id, group);
                out.println("Created enrollment group '" + id + "'.");
            });
        }
    }

    /** {@code muster groups list}. */
    @Command(name = "list", description = "List the groups.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                listing.print(
                        out,
                        client.groups().list(),
                        "There are no enrollment groups.",
                        new Table("ID", "STATUS", "ATTESTATION", "AUTHORITY", "CREATED"),
                        group -> new String[] {
                            group.text("enrollmentGroupId"),
                            group.text("provisioningStatus"),
                            group.text("attestation", "type"),
                            group.find("attestation", "x509", "caReferences", "primary")
                                    .orElseGet(() -> group.text(
                                            "attestation",
                                            "x509",
                                            "signingCertificates",
                                            "primary",
                                            "info",
                                            "subjectName")),
                            group.text("createdDateTimeUtc")
                        });
            });
        }
    }

    @Override
    public EnrollmentsApi of(OwnerClient client) throws IOException, InterruptedException {
        return client.groups();
    }

    @Override
    public String title() {
        return "enrollment group";
    }
}
