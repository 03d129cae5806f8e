package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerChoiceTest {
    private static final String TEXT = "HostName=dps.example;SharedAccessKeyName=owner;SharedAccessKey=c2VjcmV0";
    private static final ServerChoice NOTHING = choice(null, null, null, null, null);

    @TempDir
    private Path directory;

    @Test
    void nothingSaid_isTheLocalServer() throws IOException {
        Map<String, String> environment = Map.of("MUSTER_HOME", directory.toString(), "MUSTER_SERVER_CA", "other.pem");
        assertThatThrownBy(() -> NOTHING.address(environment)).isInstanceOf(Unreachable.class);

        Files.writeString(
                directory.resolve("run.json"),
                "{\"pid\":1,\"host\":\"127.0.0.1\",\"https\":8443,\"mqtt\":1,\"amqp\":1}");
        assertThat(NOTHING.address(environment))
                .isEqualTo(new ServerAddress.Administered(
                        URI.create("https://127.0.0.1:8443"), Optional.empty(), directory.resolve("admin.token")));
        Files.writeString(directory.resolve("ca.pem"), "");
        assertThat(NOTHING.address(environment).authority()).contains(directory.resolve("ca.pem"));
    }

    @Test
    void server_comesWithItsToken_fromEitherPlace() throws IOException {
        ServerAddress expected =
                new ServerAddress.Administered(URI.create("https://s:1"), Optional.of(Path.of("ca")), Path.of("token"));

        assertThat(choice(null, "https://s:1", null, "token", "ca").address(Map.of()))
                .isEqualTo(expected);
        assertThat(choice(null, "https://s:1", null, null, null)
                        .address(Map.of("MUSTER_TOKEN_FILE", "token", "MUSTER_SERVER_CA", "ca")))
                .isEqualTo(expected);
        assertThat(NOTHING.address(
                        Map.of("MUSTER_SERVER", "https://s:1", "MUSTER_TOKEN_FILE", "token", "MUSTER_SERVER_CA", "ca")))
                .isEqualTo(expected);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choice(null, "https://s", null, null, null).address(Map.of()))
                .withMessageContaining("--token-file");
        assertThatThrownBy(() -> choice(null, "http://s", null, "token", null).address(Map.of()))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void connectionString_mayStandInAFile_andTheCommandLineComesFirst() throws IOException {
        Path file = directory.resolve("connection.txt");
        Files.writeString(file, TEXT + "\n");
        Map<String, String> environment = Map.of("MUSTER_SERVER", "https://s", "MUSTER_TOKEN_FILE", "token");

        assertThat(choice(null, null, TEXT, null, null).address(environment))
                .isInstanceOfSatisfying(
                        ServerAddress.Service.class,
                        service -> assertThat(service.connectionString().host()).isEqualTo("dps.example"));
        assertThat(NOTHING.address(Map.of("MUSTER_CONNECTION_STRING_FILE", file.toString())))
                .isEqualTo(NOTHING.address(Map.of("MUSTER_CONNECTION_STRING", TEXT)));
    }

    @Test
    void twoServersAtOnce_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choice("data", "https://s", null, null, null).address(Map.of()))
                .withMessageContaining("--data and --server each name a server");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NOTHING.address(Map.of("MUSTER_SERVER", "https://s", "MUSTER_CONNECTION_STRING", TEXT)))
                .withMessageContaining("$MUSTER_SERVER and $MUSTER_CONNECTION_STRING")
                .withMessageNotContaining("c2VjcmV0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choice(null, null, TEXT, "token", null).address(Map.of()))
                .withMessageContaining("--token-file is for --server");
        assertThat(choice(null, null, TEXT, null, null).toString()).doesNotContain("c2VjcmV0");
    }

    private static ServerChoice choice(
            @Nullable String data,
            @Nullable String server,
            @Nullable String connectionString,
            @Nullable String tokenFile,
            @Nullable String authority) {
        return new ServerChoice(
                Optional.ofNullable(data).map(Path::of),
                Optional.ofNullable(server).map(URI::create),
                Optional.ofNullable(connectionString),
                Optional.empty(),
                Optional.ofNullable(tokenFile).map(Path::of),
                Optional.ofNullable(authority).map(Path::of));
    }
}
