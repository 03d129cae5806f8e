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

/** {@code muster enrollments}: individual enrollments. */
@Command(
        name = "enrollments",
        description = "Individual enrollments: one device each, by its certificate, key or TPM.",
        subcommands = {
            EnrollmentsCommand.Create.class,
            EnrollmentsCommand.ListAll.class,
            EnrollmentCommands.Show.class,
            EnrollmentCommands.Update.class,
            EnrollmentCommands.Delete.class,
            EnrollmentsImportCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class EnrollmentsCommand implements EnrollmentKind {
    /** {@code muster enrollments create}. */
    @Command(name = "create", description = "Let in one device.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private CertificateIssuerOption issuer = new CertificateIssuerOption();

        @Parameters(paramLabel = "ID", description = "Registration id; with a certificate, its common name.")
        private String id = "";

        @ArgGroup(multiplicity = "1")
        private Identity identity = new Identity();

        private static final class Identity {
            @Option(
                    names = "--certificate",
                    paramLabel = "FILE",
                    required = true,
                    description = "PEM or DER file with the device's certificate, self-signed or not.")
            private Path certificate = Path.of("");

            @Option(
                    names = "--symmetric-key",
                    required = true,
                    description = "Let the server make two keys; 'muster keys enrollment ID' prints them.")
            private boolean symmetricKey;

            @Option(
                    names = "--endorsement-key",
                    paramLabel = "BASE64",
                    required = true,
                    description = "The public endorsement key of the device's TPM (a TPM2B_PUBLIC).")
            private String endorsementKey = "";

            Document enrollmentOf(String id) throws IOException {
                if (symmetricKey) {
                    return EnrollmentsApi.deviceWithKeys(id);
                }
                return endorsementKey.isEmpty()
                        ? EnrollmentsApi.deviceWith(id, CertificateFile.read(certificate))
                        : EnrollmentsApi.deviceWithTpm(id, endorsementKey);
            }
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Document enrollment = issuer.applyTo(identity.enrollmentOf(id));
            return server.perform((client, out) -> {
                client.enrollments().create(id, enrollment);
                out.println("Created individual enrollment '" + id + "'.");
            });
        }
    }

    /** {@code muster enrollments list}. */
    @Command(name = "list", description = "List the individual enrollments.")
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
                        client.enrollments().list(),
                        "There are no individual enrollments.",
                        new Table("REGISTRATION ID", "STATUS", "ATTESTATION", "SHA-256 THUMBPRINT", "CREATED"),
                        enrollment -> new String[] {
                            enrollment.text("registrationId"),
                            enrollment.text("provisioningStatus"),
                            enrollment.text("attestation", "type"),
                            enrollment.text(
                                    "attestation", "x509", "clientCertificates", "primary", "info", "sha256Thumbprint"),
                            enrollment.text("createdDateTimeUtc")
                        });
            });
        }
    }

    @Override
    public EnrollmentsApi of(OwnerClient client) throws IOException, InterruptedException {
        return client.enrollments();
    }

    @Override
    public String title() {
        return "individual enrollment";
    }
}
