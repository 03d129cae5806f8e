package dev.muster.cli.command.approval;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster certificates deny}. */
@Command(
        name = "deny",
        description = "Refuse a certificate that a device has asked for. It may ask with another key; to keep it out,"
                + " disable its enrollment.")
public final class DenyCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "REQUEST", description = "As 'muster certificates requests' lists it.")
    private String request = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, in a line that the device is told.")
    private String reason = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            Document denied = client.certificateRequests().deny(request, reason);
            out.println("Denied: '" + denied.text("deviceId") + "' is told so when it asks again.");
        });
    }
}
