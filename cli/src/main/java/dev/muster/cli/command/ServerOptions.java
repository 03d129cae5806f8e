package dev.muster.cli.command;

import dev.muster.cli.client.OwnerClient;
import dev.muster.cli.client.ServerAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which server a command talks to, the local one by its data directory or any by its URL, and the talk itself. */
public final class ServerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @ArgGroup(exclusive = true)
    private Which which = new Which();

    private static final class Which {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Data directory of a server on this machine; default $MUSTER_HOME or ~/.muster.")
        private Optional<Path> data = Optional.empty();

        @ArgGroup(exclusive = false)
        private @Nullable Remote remote;
    }

    private static final class Remote {
        @Option(names = "--server", paramLabel = "URL", required = true, description = "A server elsewhere.")
        private URI server = URI.create("");

        @Option(
                names = "--server-ca",
                paramLabel = "FILE",
                required = true,
                description = "PEM file with the CA that the server's certificate leads to.")
        private Path authority = Path.of("");

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                required = true,
                description = "File with the administrator's token of that server.")
        private Path tokenFile = Path.of("");
    }

    /** What a command does with its server. */
    @FunctionalInterface
    public interface Work {
        void run(OwnerClient client, PrintWriter out) throws IOException, InterruptedException;
    }

    /** @return the exit code for work that does not throw */
    public int perform(Work work) throws IOException, InterruptedException {
        PrintWriter out = command.commandLine().getOut();
        try (OwnerClient client = connect()) {
            work.run(client, out);
        }
        out.flush();
        return 0;
    }

    OwnerClient connect() throws IOException {
        return OwnerClient.connect(address());
    }

    private ServerAddress address() throws IOException {
        Remote remote = which.remote;
        if (remote != null) {
            return new ServerAddress(remote.server, remote.authority, remote.tokenFile);
        }
        return ServerAddress.local(which.data.orElseGet(() -> DataDirectory.standard(System.getenv())));
    }
}
