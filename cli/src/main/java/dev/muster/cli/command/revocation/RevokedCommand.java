package dev.muster.cli.command.revocation;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster certificates revoked}. */
@Command(name = "revoked", description = "List what was revoked, the last first: by whom, when and why.")
public final class RevokedCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--limit", paramLabel = "N", description = "How many at most, up to 1000. Default: 100.")
    private int limit = 100;

    @Mixin
    private Listing listing = new Listing();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> listing.print(
                out,
                client.revocations().list(limit),
                "Nothing was revoked.",
                new Table("SUBJECT", "REVOKED", "REASON", "BY", "NOTE", "SHA-256 THUMBPRINT"),
                revocation -> new String[] {
                    revocation.text("subject"),
                    revocation.text("revoked"),
                    reason(revocation),
                    revocation.text("by"),
                    revocation.text("note"),
                    revocation.text("thumbprint")
                }));
    }

    private static String reason(Document revocation) {
        String released = revocation.text("released");
        return revocation.text("reason") + (released.isEmpty() ? "" : ", until " + released);
    }
}
