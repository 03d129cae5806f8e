package dev.muster.cli.command.certificate;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.CaCertificatesApi;
import dev.muster.cli.command.CertificateFile;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import dev.muster.cli.command.approval.ApproveCommand;
import dev.muster.cli.command.approval.DenyCommand;
import dev.muster.cli.command.approval.RequestsCommand;
import dev.muster.cli.command.revocation.ReleaseCommand;
import dev.muster.cli.command.revocation.RevokeCommand;
import dev.muster.cli.command.revocation.RevokedCommand;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster certificates}: the CA certificates that the provisioning service knows, and what was issued. */
@Command(
        name = "certificates",
        description = "CA certificates that the provisioning service knows, and what this server's authorities have"
                + " issued to devices.",
        subcommands = {
            CertificatesCommand.Add.class,
            CertificatesCommand.Verify.class,
            CertificatesCommand.ListAll.class,
            CertificatesCommand.Delete.class,
            CertificatesExpiringCommand.class,
            CertificatesIssuedCommand.class,
            RequestsCommand.class,
            ApproveCommand.class,
            DenyCommand.class,
            RevokeCommand.class,
            RevokedCommand.class,
            ReleaseCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class CertificatesCommand {
    /** {@code muster certificates add}. */
    @Command(
            name = "add",
            description = "Upload a CA certificate. Until it is verified it lets no device in: prove with --key that"
                    + " you hold its key, or vouch for it with --verified.")
    static final class Add implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "FILE", description = "PEM or DER file with the certificate.")
        private Path file = Path.of("");

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "What to call it.")
        private String name = "";

        @ArgGroup
        private Verification verification = new Verification();

        private static final class Verification {
            @Option(
                    names = "--key",
                    paramLabel = "KEYFILE",
                    description = "PEM file (PKCS#8) with its key, which stays on this machine: only a verification"
                            + " certificate signed with it is sent.")
            private Optional<Path> key = Optional.empty();

            @Option(names = "--verified", description = "Trust it without a proof.")
            private boolean vouchedFor;

            Optional<Issuer> issuer(Certificate certificate) throws IOException {
                return key.isPresent() ? Optional.of(CertificateFile.issuer(certificate, key.get())) : Optional.empty();
            }
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Certificate certificate = CertificateFile.read(file);
            Optional<Issuer> issuer = verification.issuer(certificate);
            return server.perform((client, out) -> {
                Document added = client.certificates().add(name, certificate, verification.vouchedFor);
                out.println("Added CA certificate '" + name + "', " + added.text("properties", "subject") + ".");
                if (issuer.isPresent()) {
                    client.certificates().prove(added, issuer.get());
                    out.println("Proved possession of its key: it is verified.");
                } else if (verification.vouchedFor) {
                    out.println("It is verified, since you vouch for it.");
                } else {
                    out.println("It is not verified yet: muster certificates verify " + name + " --key KEYFILE");
                }
            });
        }
    }

    /** {@code muster certificates verify}. */
    @Command(name = "verify", description = "Prove possession of the key of a CA certificate that was added before.")
    static final class Verify implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What the certificate is called.")
        private String name = "";

        @Option(
                names = "--key",
                paramLabel = "KEYFILE",
                required = true,
                description = "PEM file (PKCS#8) with its key, which stays on this machine.")
        private Path key = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                CaCertificatesApi certificates = client.certificates();
                Document added = certificates.find(name);
                Certificate certificate = Pem.certificates(added.text("properties", "certificate"))
                        .getFirst();
                certificates.prove(added, CertificateFile.issuer(certificate, key));
                out.println("CA certificate '" + name + "' is verified.");
            });
        }
    }

    /** {@code muster certificates list}. */
    @Command(name = "list", description = "List the CA certificates.")
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
                        client.certificates().list(),
                        "There are no CA certificates.",
                        new Table("NAME", "VERIFIED", "SUBJECT", "EXPIRES", "SHA-1 THUMBPRINT"),
                        certificate -> new String[] {
                            certificate.text("name"),
                            certificate.isTrue("properties", "isVerified") ? "yes" : "no",
                            certificate.text("properties", "subject"),
                            certificate.text("properties", "expiry"),
                            certificate.text("properties", "thumbprint")
                        });
            });
        }
    }

    /** {@code muster certificates delete}. */
    @Command(
            name = "delete",
            description = "Delete a CA certificate; devices whose trust leads to it alone can no longer register.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "What the certificate is called.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                client.certificates().delete(client.certificates().find(name));
                out.println("Deleted CA certificate '" + name + "'.");
            });
        }
    }
}
