package dev.muster.cli.command;

import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.owner.OwnerClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which server a command talks to, the local one by its data directory or any by its URL, and the talk itself. */
public final class ServerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of a server on this machine; default $MUSTER_HOME or ~/.muster.")
    private Optional<Path> data = Optional.empty();

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "A server elsewhere, https://HOST[:PORT], with --token-file; default $MUSTER_SERVER.")
    private Optional<URI> server = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "A copy of that server's admin.token; default $MUSTER_TOKEN_FILE.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--connection-string-file",
            paramLabel = "FILE",
            description = "File with the connection string of a provisioning service or hub, Muster's or Azure's, for"
                    + " enrollments, groups, registrations or devices; default $MUSTER_CONNECTION_STRING_FILE.")
    private Optional<Path> connectionStringFile = Optional.empty();

    @Option(
            names = "--connection-string",
            paramLabel = "TEXT",
            description = "The same where nobody else sees what runs on this machine; default"
                    + " $MUSTER_CONNECTION_STRING.")
    private Optional<String> connectionString = Optional.empty();

    @Option(
            names = "--server-ca",
            paramLabel = "FILE",
            description = "PEM file with the CA that the server's certificate leads to; default $MUSTER_SERVER_CA,"
                    + " else what this machine trusts.")
    private Optional<Path> authority = Optional.empty();

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

    public OwnerClient connect() throws IOException {
        return OwnerClient.connect(address());
    }

    private ServerAddress address() throws IOException {
        try {
            return new ServerChoice(data, server, connectionString, connectionStringFile, tokenFile, authority)
                    .address(System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
