package dev.muster.cli.command;

import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.owner.ConnectionString;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a user says of which server is meant, on the command line or in the environment. One way to name it and no more,
 * so that nobody changes another server than the one in mind. Immutable.
 *
 * @param connectionString a secret
 */
record ServerChoice(
        Optional<Path> data,
        Optional<URI> server,
        Optional<String> connectionString,
        Optional<Path> connectionStringFile,
        Optional<Path> tokenFile,
        Optional<Path> authority) {
    /**
     * The server that is meant: that of the command line, else that of the environment, else the local one.
     *
     * @throws IllegalArgumentException for what does not go together, saying what to do
     */
    ServerAddress address(Map<String, String> environment) throws IOException {
        check(name -> name);
        ServerChoice chosen = (ways(name -> name).isEmpty() ? inherited(environment) : this).with(environment);
        if (tokenFile.isPresent() && chosen.server.isEmpty()) {
            throw new IllegalArgumentException("--token-file is for --server, and none is named");
        }
        return chosen.resolve(environment);
    }

    private ServerAddress resolve(Map<String, String> environment) throws IOException {
        if (server.isPresent()) {
            return new ServerAddress.Administered(
                    server.get(),
                    authority,
                    tokenFile.orElseThrow(() -> new IllegalArgumentException(
                            "--server needs --token-file (or $MUSTER_TOKEN_FILE), a copy of the file admin.token in"
                                    + " the server's data directory")));
        }
        if (connectionString.isPresent()) {
            return new ServerAddress.Service(
                    ConnectionString.parse(connectionString.get(), "the connection string"), authority);
        }
        if (connectionStringFile.isPresent()) {
            Path file = connectionStringFile.get();
            return new ServerAddress.Service(
                    ConnectionString.parse(Files.readString(file), file.toString()), authority);
        }
        return ServerAddress.local(data.orElseGet(() -> DataDirectory.standard(environment)), authority);
    }

    private void check(UnaryOperator<String> spelling) {
        List<String> ways = ways(spelling);
        if (ways.size() > 1) {
            throw new IllegalArgumentException(
                    String.join(" and ", ways) + " each name a server; name it in one way alone");
        }
    }

    private List<String> ways(UnaryOperator<String> spelling) {
        return Stream.of(
                        data.map(_ -> "--data"),
                        server.map(_ -> "--server"),
                        connectionString.map(_ -> "--connection-string"),
                        connectionStringFile.map(_ -> "--connection-string-file"))
                .flatMap(Optional::stream)
                .map(spelling)
                .toList();
    }

    /** What the environment says, where the command line names no server. */
    private ServerChoice inherited(Map<String, String> environment) {
        ServerChoice inherited = new ServerChoice(
                data,
                read(environment, "--server").map(URI::create),
                read(environment, "--connection-string"),
                read(environment, "--connection-string-file").map(Path::of),
                tokenFile,
                authority);
        inherited.check(option -> "$" + variable(option));
        return inherited;
    }

    /** With what the environment says of servers elsewhere; the local one has its own token and CA. */
    private ServerChoice with(Map<String, String> environment) {
        if (data.isPresent() || ways(name -> name).isEmpty()) {
            return this;
        }
        return new ServerChoice(
                data,
                server,
                connectionString,
                connectionStringFile,
                tokenFile.or(() -> read(environment, "--token-file").map(Path::of)),
                authority.or(() -> read(environment, "--server-ca").map(Path::of)));
    }

    private static Optional<String> read(Map<String, String> environment, String option) {
        return Optional.ofNullable(environment.get(variable(option))).filter(value -> !value.isBlank());
    }

    /** {@code MUSTER_TOKEN_FILE} for {@code --token-file}. */
    private static String variable(String option) {
        return "MUSTER" + option.substring(1).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "ServerChoice" + ways(name -> name);
    }
}
