package dev.muster.cli.command.revocation;

import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster certificates release}. */
@Command(name = "release", description = "Take back a revocation whose reason was certificateHold.")
public final class ReleaseCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "THUMBPRINT", description = "SHA-256 thumbprint, as 'muster certificates revoked' has it.")
    private String thumbprint = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> out.println(
                "Took back " + RevocationOptions.title(client.revocations().release(thumbprint)) + "."));
    }
}
