package dev.muster.cli.command.certificate;

import dev.muster.cli.client.owner.IssuedCertificatesApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster certificates issued}. */
@Command(
        name = "issued",
        description = "Count the certificates that were issued to devices, or list those of one device.")
final class CertificatesIssuedCommand implements Callable<Integer> {
    private static final String NONE = "No certificate was issued.";

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @ArgGroup
    private Choice choice = new Choice();

    private static final class Choice {
        @Option(
                names = "--by",
                paramLabel = "WHAT",
                description = "Count by 'issuer' (the default), or by 'month' in which they expire.")
        private Grouping by = Grouping.ISSUER;

        @Option(names = "--device", paramLabel = "ID", description = "List those of this device, newest first.")
        private Optional<String> device = Optional.empty();
    }

    private enum Grouping {
        ISSUER,
        MONTH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            IssuedCertificatesApi issued = client.issuedCertificates();
            if (choice.device.isPresent()) {
                IssuedTable.print(
                        listing, out, issued.of(choice.device.get()), "The device has no certificate from here.");
            } else {
                count(issued, out);
            }
        });
    }

    private void count(IssuedCertificatesApi issued, PrintWriter out) throws IOException, InterruptedException {
        switch (choice.by) {
            case ISSUER ->
                listing.print(
                        out,
                        issued.countsByIssuer(),
                        NONE,
                        new Table("AUTHORITY", "CERTIFICATES", "ISSUER'S SHA-256 THUMBPRINT"),
                        count -> new String[] {
                            count.text("authority"), count.text("count"), count.text("issuerThumbprint")
                        });
            case MONTH ->
                listing.print(out, issued.countsByMonth(), NONE, new Table("EXPIRE IN", "CERTIFICATES"), count ->
                        new String[] {count.text("month"), count.text("count")});
        }
    }
}
