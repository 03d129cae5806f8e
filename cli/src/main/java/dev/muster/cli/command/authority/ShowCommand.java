package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster authorities show}. */
@Command(
        name = "show",
        description =
                "Show an authority: where it is, or its rules, its generations with their chains, what it issued.")
final class ShowCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            Optional<Document> own = client.authorities().findIfThere(name);
            Optional<Document> link = own.isPresent()
                    ? Optional.empty()
                    : client.linkedAuthorities().findIfThere(name);
            if (link.isPresent()) {
                listing.show(out, link.get());
                return;
            }
            Document authority =
                    own.isPresent() ? own.get() : client.authorities().find(name);
            if (listing.isJson()) {
                out.println(authority);
            } else {
                print(authority, out);
            }
        });
    }

    private static void print(Document authority, PrintWriter out) {
        out.println(authority.text("name"));
        out.println("issues certificates for " + authority.text("rules", "validity") + " to "
                + authority
                        .find("rules", "ids")
                        .map(ids -> "devices whose id matches " + ids)
                        .orElse("any device")
                + ", with keys of " + String.join(", ", authority.texts("rules", "keyAlgorithms")) + ", for TLS "
                + String.join(", ", authority.texts("rules", "purposes"))
                + (authority.isTrue("rules", "approval") ? ", each with its owner's approval" : ""));
        Table table = new Table("GENERATION", "STATE", "KEY", "VAULT", "FROM", "UNTIL", "ISSUED", "CHAIN");
        for (Document generation : authority.list("generations")) {
            table.row(
                    generation.text("number"),
                    generation.text("state"),
                    generation.text("certificate", "keyAlgorithm"),
                    generation.text("vault"),
                    AuthoritiesCommand.day(generation.text("certificate", "notBefore")),
                    AuthoritiesCommand.day(generation.text("certificate", "notAfter")),
                    generation.text("issued"),
                    generation.texts("chain").isEmpty()
                            ? "CN=" + generation.text("commonName")
                            : String.join(" <- ", generation.texts("chain")));
        }
        table.print(out, "");
    }
}
