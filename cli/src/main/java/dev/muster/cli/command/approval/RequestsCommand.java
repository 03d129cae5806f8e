package dev.muster.cli.command.approval;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.CertificateRequestsApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster certificates requests}. */
@Command(
        name = "requests",
        description = "List the certificates that devices have asked for and that wait for your approval, the oldest"
                + " first. They are forgotten after two weeks.")
public final class RequestsCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Option(names = "--all", description = "List those that you have decided on, too.")
    private boolean all;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "How many to list; default 100.")
    private int limit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            List<Document> listed = new ArrayList<>();
            Optional<String> next = Optional.empty();
            do {
                Document page = client.certificateRequests()
                        .list(all, next, Math.min(limit - listed.size(), CertificateRequestsApi.PAGE));
                listed.addAll(page.list("value"));
                next = page.find("next");
            } while (next.isPresent() && listed.size() < limit);
            listing.print(
                    out,
                    listed,
                    all ? "No certificate was asked for." : "No certificate waits for your approval.",
                    new Table("REQUEST", "DEVICE", "STATE", "AUTHORITY", "BY LEAVE OF", "FROM", "ASKED", "KEY"),
                    request -> new String[] {
                        request.text("id"),
                        request.text("deviceId"),
                        request.text("state"),
                        request.text("authority"),
                        request.text("basis") + " " + request.text("basisId"),
                        request.text("address"),
                        request.text("askedUtc").replaceFirst("\\.\\d+Z$", "Z"),
                        request.text("keyAlgorithm")
                    });
        });
    }
}
