package dev.muster.cli.command.approval;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster certificates approve}. */
@Command(name = "approve", description = "Let devices have the certificates that they have asked for.")
public final class ApproveCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(
            paramLabel = "REQUEST",
            arity = "1..*",
            description = "As 'muster certificates requests' lists it; several, too.")
    private List<String> requests = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            for (String request : requests) {
                Document approved = client.certificateRequests().approve(request);
                out.println("Approved: '" + approved.text("deviceId") + "' gets its certificate from '"
                        + approved.text("authority") + "' when it asks again.");
            }
        });
    }
}
