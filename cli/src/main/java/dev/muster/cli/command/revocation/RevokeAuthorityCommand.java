package dev.muster.cli.command.revocation;

import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities revoke}. */
@Command(
        name = "revoke",
        description = "Revoke an authority's own certificates, and with them all that they have issued.")
public final class RevokeAuthorityCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Option(names = "--generation", paramLabel = "N", description = "Only this one of its keys. Default: all of them.")
    private Optional<Integer> generation = Optional.empty();

    @Mixin
    private RevocationOptions options = new RevocationOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Object> wish = options.wish("authority", name);
        generation.ifPresent(number -> wish.put("generation", number));
        return server.perform((client, out) ->
                RevocationOptions.print(out, client.revocations().revoke(wish)));
    }
}
