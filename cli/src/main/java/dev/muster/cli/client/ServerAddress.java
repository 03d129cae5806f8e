package dev.muster.cli.client;

import dev.muster.base.Explanation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Where a server is, and how its administrator is known to it.
 *
 * @param base such as {@code https://localhost:443}
 * @param authority PEM file with the CA that the server's certificate must lead to
 * @param tokenFile holds the administrator's token, a secret
 */
public record ServerAddress(URI base, Path authority, Path tokenFile) {
    /**
     * The server that runs from a data directory on this machine.
     *
     * @throws Unreachable when none does
     */
    public static ServerAddress local(Path dataDirectory) throws IOException {
        RunFile run = RunFile.read(dataDirectory)
                .orElseThrow(() -> new Unreachable(
                        "No server runs here.",
                        new Explanation(
                                dataDirectory.toString(),
                                "no server has left its " + RunFile.NAME + " there",
                                "start one with 'muster serve', or name a running one's directory with --data or its"
                                        + " URL with --server")));
        return new ServerAddress(
                URI.create("https://" + run.host() + ":" + run.https()),
                dataDirectory.resolve("ca.pem"),
                dataDirectory.resolve("admin.token"));
    }
}
