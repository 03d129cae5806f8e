package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner's commands with a server whose data directory is out of reach. */
final class RemoteCommandsIT {
    @TempDir
    private static Path directory;

    private static Server server;
    private static String authority;
    private static String token;

    @BeforeAll
    static void start() throws IOException {
        server = Server.start(
                Config.defaults(directory.resolve("far")).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
        authority = Files.copy(server.authorityCertificate(), directory.resolve("ca.pem"))
                .toString();
        token = Files.copy(server.adminTokenFile(), directory.resolve("token")).toString();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void url_withTokenAndCa_doesEverything() {
        run("cert", "root", "Far", "--directory", directory.toString()).done();
        owner("certificates", "add", directory.resolve("Far.cert.pem").toString(), "--name", "far", "--verified")
                .done();
        owner("groups", "create", "far", "--ca", "far").done();
        owner("devices", "create", "far-1").done();

        assertThat(owner("certificates", "list").done()).contains("CN=Far");
        assertThat(owner("hubs", "list").done()).contains("127.0.0.1");
        assertThat(owner("policies", "list").done()).contains("provisioningserviceowner");
        assertThat(owner("groups", "list").done()).contains("far");
        assertThat(owner("devices", "list").done()).contains("far-1");
        assertThat(owner("registrations", "list").done()).contains("No device has tried");
        assertThat(owner("events").done()).contains("There are no events.");
        assertThat(owner("keys", "show").done()).contains(server.idScope());
        owner("devices", "delete", "far-1").done();
        owner("groups", "delete", "far").done();
        owner("certificates", "delete", "far").done();
    }

    @Test
    void connectionStringOfTheService_opensItsEnrollments() throws IOException {
        String file = connectionString("provisioningserviceowner");

        service(file, "enrollments", "create", "pump-1", "--symmetric-key").done();
        assertThat(service(file, "enrollments", "list").done()).contains("pump-1");
        assertThat(service(file, "keys", "enrollment", "pump-1").done().lines()).hasSize(2);
        assertThat(service(file, "registrations", "show", "pump-1").refused(1)).contains("404202");
        service(file, "enrollments", "delete", "pump-1").done();

        assertThat(service(file, "certificates", "list").refused(1))
                .contains("takes the administrator's token", "--token-file");
        // A hub's registry is not the service's to open.
        assertThat(service(file, "devices", "list").refused(1)).contains("lacks the right RegistryRead");
    }

    @Test
    void connectionStringOfAHub_opensItsDevices() throws IOException {
        String file = connectionString("iothubowner");

        service(file, "devices", "create", "gauge-1").done();
        assertThat(service(file, "devices", "list", "--hub", "127.0.0.1").done())
                .contains("gauge-1");
        assertThat(service(file, "devices", "list", "--hub", "other").refused(1))
                .contains("opens 127.0.0.1 alone");
        service(file, "devices", "delete", "gauge-1").done();
    }

    @Test
    void connectionStringWithoutTheRight_isToldWhichOneIsMissing() throws IOException {
        String reader = connectionString("registryRead");
        assertThat(service(reader, "devices", "list").done()).contains("There are no devices.");
        assertThat(service(reader, "devices", "create", "x").refused(1))
                .contains("shared access policy 'registryRead'", "lacks the right RegistryWrite");

        owner("policies", "create", "watcher", "--right", "EnrollmentRead").done();
        String watcher = connectionString("watcher");
        service(watcher, "groups", "list").done();
        assertThat(service(watcher, "groups", "create", "g", "--symmetric-key").refused(1))
                .contains("lacks the right EnrollmentWrite", "muster policies list");
        owner("policies", "delete", "watcher").done();
        assertThat(service(watcher, "groups", "list").refused(1)).contains("or it is not there");
    }

    @Test
    void serverThatIsNotTrustedOrNotThere_isExplained() throws IOException {
        run("cert", "root", "Stranger", "--directory", directory.toString()).done();
        String stranger = directory.resolve("Stranger.cert.pem").toString();
        String url = "https://127.0.0.1:" + server.httpsPort();

        assertThat(run("hubs", "list", "--server", url, "--token-file", token).refused(1))
                .contains("not the one that is trusted", "--server-ca");
        assertThat(run("hubs", "list", "--server", url, "--token-file", token, "--server-ca", stranger)
                        .refused(1))
                .contains("not the one that is trusted");
        Path wrong = Files.writeString(directory.resolve("wrong-token"), "nonsense");
        assertThat(run("hubs", "list", "--server", url, "--token-file", wrong.toString(), "--server-ca", authority)
                        .refused(1))
                .contains("the administrator's token in " + wrong, "admin.token");
        assertThat(run("hubs", "list", "--server", "https://127.0.0.1:" + freePort(), "--token-file", token)
                        .refused(1))
                .contains("nothing listens there");
        assertThat(run("hubs", "list", "--server", "https://no.such.host.invalid", "--token-file", token)
                        .refused(1))
                .contains("no address is known for this name");
        assertThat(run("hubs", "list", "--server", url).refused(2)).contains("--server needs --token-file");
        assertThat(run("hubs", "list", "--server", url, "--data", "x").refused(2))
                .contains("--data and --server each name a server");
    }

    @Test
    void keys_ofPoliciesAndEnrollments_areRotated() throws IOException {
        String before = Files.readString(Path.of(connectionString("service")));
        assertThat(owner("policies", "list", "--hub", "127.0.0.1").done())
                .contains("registryReadWrite", "RegistryRead, RegistryWrite");
        assertThat(owner("keys", "rotate", "service", "--hub", "127.0.0.1").done())
                .contains("'service' has a new primary key");
        assertThat(Files.readString(Path.of(connectionString("service")))).isNotEqualTo(before);
        assertThat(owner("policies", "rotate", "service").refused(1))
                .contains("there are provisioningserviceowner", "--hub");
        assertThat(owner("policies", "list", "--hub", "other").refused(1)).contains("the server's own are 127.0.0.1");
        owner("policies", "create", "twins", "--right", "ServiceConnect", "--hub", "127.0.0.1")
                .done();
        owner("policies", "delete", "twins", "--hub", "127.0.0.1").done();

        owner("groups", "create", "line", "--symmetric-key").done();
        List<String> keys = owner("keys", "group", "line").done().lines().toList();
        owner("keys", "rotate", "--group", "line", "--secondary").done();
        assertThat(owner("keys", "group", "line").done().lines())
                .hasSize(2)
                .startsWith(keys.getFirst())
                .doesNotContain(keys.getLast());
        owner("groups", "delete", "line").done();
        assertThat(owner("keys", "rotate").refused(2)).contains("POLICY");
    }

    private static String connectionString(String policy) throws IOException {
        String json = owner("keys", "show", "--json")
                .done()
                .lines()
                .filter(line -> line.contains("\"policy\":\"" + policy + "\""))
                .findFirst()
                .orElseThrow();
        String text = json.replaceFirst(".*\"connectionString\":\"([^\"]+)\".*", "$1")
                .replace("HostName=127.0.0.1;", "HostName=127.0.0.1:" + server.httpsPort() + ";");
        ConnectionString.parse(text, policy);
        return Files.writeString(directory.resolve(policy + ".txt"), text).toString();
    }

    private static CommandRun owner(String... arguments) {
        return with(
                arguments,
                "--server",
                "https://127.0.0.1:" + server.httpsPort(),
                "--token-file",
                token,
                "--server-ca",
                authority);
    }

    private static CommandRun service(String file, String... arguments) {
        return with(arguments, "--connection-string-file", file, "--server-ca", authority);
    }

    private static CommandRun with(String[] arguments, String... more) {
        return run(Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new));
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(arguments);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
