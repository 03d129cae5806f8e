package dev.muster.cli.command.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.client.ClientTls;
import dev.muster.cli.client.Document;
import dev.muster.cli.command.CommandRun;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with which owners decide on certificates, against a real server. */
final class ApprovalCommandsIT {
    @TempDir
    private static Path directory;

    private static Server server;

    @BeforeAll
    static void start() {
        server = Server.start(Config.defaults(directory).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void requests_areListed_approvedAndDenied() throws Exception {
        owner("authorities", "create", "plant", "--approval");
        assertThat(owner("authorities", "show", "plant")).contains("each with its owner's approval");
        assertThat(owner("certificates", "requests")).contains("No certificate waits for your approval.");
        Device good = enrolled("good");
        Device bad = enrolled("bad");
        assertThat(good.ask().statusCode()).isEqualTo(202);
        assertThat(bad.ask().statusCode()).isEqualTo(202);

        assertThat(owner("certificates", "requests"))
                .containsSubsequence("REQUEST", "good", "waiting", "plant", "enrollment good", "127.0.0.1", "bad");
        List<Document> waiting = Stream.of(
                        owner("certificates", "requests", "--json").split("\n"))
                .map(line -> Document.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThat(waiting).extracting(request -> request.text("deviceId")).containsExactly("good", "bad");
        assertThat(owner("certificates", "approve", waiting.getFirst().text("id")))
                .contains("'good' gets its certificate from 'plant' when it asks again");
        assertThat(owner("certificates", "deny", waiting.getLast().text("id"), "--reason", "not ours"))
                .contains("'bad' is told so");

        assertThat(good.ask().statusCode()).isEqualTo(200);
        assertThat(bad.ask().body()).contains("not ours");
        assertThat(owner("certificates", "requests")).contains("No certificate waits for your approval.");
        assertThat(owner("certificates", "requests", "--all")).containsSubsequence("good", "issued", "bad", "denied");
        assertThat(CommandRun.of("certificates", "approve", "nothing", "--data", directory.toString())
                        .refused(1))
                .contains("There is no such certificate request", "muster certificates requests --all");
    }

    @Test
    void approval_isSwitchedOnAndOff() {
        owner("authorities", "create", "line");
        assertThat(owner("authorities", "show", "line")).doesNotContain("approval");

        owner("authorities", "change", "line", "--approval");
        owner("authorities", "change", "line", "--leaf-validity", "1d");
        assertThat(owner("authorities", "show", "line")).contains("each with its owner's approval");
        owner("authorities", "change", "line", "--no-approval");
        assertThat(owner("authorities", "show", "line")).doesNotContain("approval");
    }

    private static Device enrolled(String id) {
        owner("enrollments", "create", id, "--symmetric-key", "--issuer", "plant");
        return new Device(
                id,
                owner("keys", "enrollment", id).lines().findFirst().orElseThrow(),
                Csr.of(id, KeyAlgorithm.EC_P256.generate(new SecureRandom())));
    }

    private record Device(String id, String key, Csr request) {
        HttpResponse<String> ask() throws IOException, InterruptedException {
            String password = Base64.getEncoder().encodeToString((id + ":" + key).getBytes(StandardCharsets.UTF_8));
            try (HttpClient client = HttpClient.newBuilder()
                    .sslContext(ClientTls.trusting(server.authorityCertificate()))
                    .build()) {
                return client.send(
                        HttpRequest.newBuilder(URI.create(
                                        "https://127.0.0.1:" + server.httpsPort() + "/.well-known/est/simpleenroll"))
                                .header("Authorization", "Basic " + password)
                                .header("Content-Type", "application/pkcs10")
                                .POST(BodyPublishers.ofString(
                                        Base64.getEncoder().encodeToString(request.der())))
                                .build(),
                        BodyHandlers.ofString());
            }
        }
    }

    private static String owner(String... arguments) {
        return CommandRun.of(Stream.concat(Stream.of(arguments), Stream.of("--data", directory.toString()))
                        .toArray(String[]::new))
                .done();
    }
}
