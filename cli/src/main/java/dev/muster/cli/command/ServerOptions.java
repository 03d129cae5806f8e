package dev.muster.cli.command;

import dev.muster.cli.client.OwnerClient;
import dev.muster.cli.client.ServerAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which server a command talks to: the local one by its data directory, or any by its URL. */
final class ServerOptions {
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
