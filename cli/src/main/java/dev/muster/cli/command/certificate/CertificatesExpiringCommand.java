package dev.muster.cli.command.certificate;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.IssuedCertificatesApi;
import dev.muster.cli.command.DurationConverter;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster certificates expiring}. */
@Command(name = "expiring", description = "List the devices' certificates that expire soon, the soonest first.")
final class CertificatesExpiringCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "30d",
            converter = DurationConverter.class,
            description = "Such as 30d or 12h; default 30d.")
    private Duration within = Duration.ofDays(30);

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "How many to list; default 100.")
    private int limit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            List<Document> listed = new ArrayList<>();
            Optional<String> next = Optional.empty();
            long total;
            do {
                Document page = client.issuedCertificates()
                        .expiring(within, next, Math.min(limit - listed.size(), IssuedCertificatesApi.PAGE));
                listed.addAll(page.list("value"));
                total = page.number("total");
                next = page.find("next");
            } while (next.isPresent() && listed.size() < limit);
            IssuedTable.print(listing, out, listed, "No certificate expires within that time.");
            if (listed.size() < total && !listing.isJson()) {
                out.println((total - listed.size()) + " more expire within that time; --limit shows them.");
            }
        });
    }
}
