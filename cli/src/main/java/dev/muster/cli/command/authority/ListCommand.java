package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster authorities list}. */
@Command(
        name = "list",
        description =
                "List the authorities, with how many certificates they have issued to devices, and those elsewhere.")
final class ListCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            listing.print(
                    out,
                    client.authorities().list(),
                    "This server has no certificate authorities of its own.",
                    new Table("NAME", "SUBJECT", "ISSUER", "EXPIRES", "KEY", "VAULT", "ISSUED"),
                    ListCommand::cells);
            List<Document> elsewhere = client.linkedAuthorities().list();
            if (!elsewhere.isEmpty()) {
                if (!listing.isJson()) {
                    out.println();
                }
                listing.print(out, elsewhere, "", new Table("NAME", "ELSEWHERE"), link ->
                        new String[] {link.text("id"), AuthoritiesCommand.linkedAt(link)});
            }
        });
    }

    private static String[] cells(Document authority) {
        Document current = AuthoritiesCommand.current(authority);
        boolean requested = current.text("state").equals("requested");
        return new String[] {
            authority.text("name"),
            requested ? "CN=" + current.text("commonName") : current.text("certificate", "subject"),
            requested ? "to be installed" : current.text("certificate", "issuer"),
            AuthoritiesCommand.day(current.text("certificate", "notAfter")),
            current.text("certificate", "keyAlgorithm"),
            current.text("vault"),
            Long.toString(authority.list("generations").stream()
                    .mapToLong(generation -> generation.number("issued"))
                    .sum())
        };
    }
}
