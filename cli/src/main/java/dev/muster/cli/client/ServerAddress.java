package dev.muster.cli.client;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.owner.ConnectionString;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a server is, and by what it knows the caller. */
public sealed interface ServerAddress {
    /** PEM file with the CA that the server's certificate must lead to; empty for what this machine trusts. */
    Optional<Path> authority();

    /**
     * A whole server of Muster's, for its administrator.
     *
     * @param base such as {@code https://localhost:443}
     * @param tokenFile holds the administrator's token, a secret
     */
    record Administered(URI base, Optional<Path> authority, Path tokenFile) implements ServerAddress {
        /** @throws Refusal INVALID_ARGUMENT for a URL that is none of a server */
        public Administered {
            if (!"https".equalsIgnoreCase(base.getScheme()) || base.getHost() == null) {
                throw new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The server's URL cannot be used.",
                        new Explanation(base.toString(), "it is not of the form https://HOST[:PORT]", "correct it"));
            }
        }
    }

    /** One service, Muster's or Azure's: a provisioning service or a hub. */
    record Service(ConnectionString connectionString, Optional<Path> authority) implements ServerAddress {}

    /**
     * The server that runs from a data directory on this machine.
     *
     * @param authority instead of the CA in the data directory
     * @throws Unreachable when none does
     */
    static Administered local(Path dataDirectory, Optional<Path> authority) throws IOException {
        RunFile run = RunFile.read(dataDirectory)
                .orElseThrow(() -> new Unreachable(
                        "No server runs here.",
                        new Explanation(
                                dataDirectory.toString(),
                                "no server has left its " + RunFile.NAME + " there",
                                "start one with 'muster serve', or name a running one's directory with --data, or one"
                                        + " elsewhere with --server or --connection-string-file")));
        return new Administered(
                URI.create("https://" + run.host() + ":" + run.https()),
                // A server with a certificate of its operator's has made none.
                authority.or(() -> Optional.of(dataDirectory.resolve("ca.pem")).filter(Files::exists)),
                dataDirectory.resolve("admin.token"));
    }
}
