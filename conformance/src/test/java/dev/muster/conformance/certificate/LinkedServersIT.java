package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.Trust;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Certificate;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two servers, of which one has the other issue to its devices, by EST and by the portal's API. The other goes away and
 * comes back, the first is killed meanwhile, and the devices that waited get their certificates.
 */
@Execution(ExecutionMode.SAME_THREAD)
final class LinkedServersIT {
    private static final String OTHER = "127.0.71.2";
    private static final int OTHER_HTTPS = 8444;
    private static final JsonMapper JSON = new JsonMapper();
    private static final String GROUP_KEY = Base64.getEncoder()
            .encodeToString("a key that devices derive theirs of".getBytes(StandardCharsets.US_ASCII));

    /** What everything says that it does. */
    private static final String TALKATIVE = """
            <configuration>
              <appender name="all" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger %msg%n%ex</pattern></encoder>
              </appender>
              <root level="DEBUG"><appender-ref ref="all"/></root>
            </configuration>
            """;

    private final Path directory = TestServer.newDirectory();
    private final Path otherDirectory = TestServer.newDirectory();

    @Test
    void otherServerThatGoesAway_andFirstThatIsKilled_loseNoCertificate() throws Exception {
        Path logging = Files.writeString(directory.resolve("logback.xml"), TALKATIVE);
        String option = "-Dlogback.configurationFile=" + logging.toUri();
        Server other = Server.start(otherConfig());
        ServerProcess first = ServerProcess.start(directory, List.of(), option);
        String log = "";
        try {
            Onboarding onboarding = new Onboarding(first.server());
            List<Certificate> theirs = linked(other, onboarding);
            for (String way : List.of("est", "portal")) {
                Wish wish = enrolled(onboarding, way, "at-once-" + way);
                Device device = wish.granted(onboarding.settled(wish.id(), registered(onboarding, wish)));
                assertThat(device.chain()).containsExactlyElementsOf(with(device.leaf(), theirs));
                onboarding.assertConnects(wish.id(), device);
            }

            other.close();
            Map<Wish, String> waiting = new LinkedHashMap<>();
            for (String way : List.of("est", "portal")) {
                Wish wish = enrolled(onboarding, way, "waiting-" + way);
                waiting.put(wish, registered(onboarding, wish));
            }
            assertWaits(onboarding, waiting);
            assertThat(first.server().controlPlane().attempts("waiting-est").toString())
                    .contains("certificate authority 'est' at " + OTHER + ":" + OTHER_HTTPS, "nobody listens there");
            log = first.output();
            first.kill();
            first = ServerProcess.start(directory, List.of(), option);
            onboarding = new Onboarding(first.server());
            assertWaits(onboarding, waiting);

            other = Server.start(otherConfig());
            for (Map.Entry<Wish, String> entry : waiting.entrySet()) {
                Wish wish = entry.getKey();
                Device device = wish.granted(onboarding.settled(wish.id(), entry.getValue()));
                onboarding.assertConnects(wish.id(), device);
            }
            assertSecretsAreKept(other, log + first.output());
        } finally {
            first.kill();
            other.close();
        }
    }

    /** @return what is above a certificate that the other server issues */
    private static List<Certificate> linked(Server other, Onboarding onboarding) throws Exception {
        Trust trust = new Trust(other.authorityCertificate());
        String token = Files.readString(other.adminTokenFile()).strip();
        ControlPlane owner = new ControlPlane(OTHER + ":" + OTHER_HTTPS, token, trust);
        owner.createAuthority("theirs-root", Map.of());
        List<Certificate> chain = owner.createAuthority("theirs", Map.of("issuer", "theirs-root"));
        enrollGroup(owner, trust);
        Map<String, Object> link = new LinkedHashMap<>();
        link.put("url", "https://" + OTHER + ":" + OTHER_HTTPS);
        link.put("trustedCertificates", Files.readString(other.authorityCertificate()));
        link.put("certificateAuthorityType", "EstCertificateAuthority");
        link.put("label", "theirs");
        link.put("groupKey", GROUP_KEY);
        assertLinks(onboarding, "est", link, 200);
        link.put("groupKey", Onboarding.KEY);
        assertLinks(onboarding, "wrong", link, 400);
        link.keySet().removeAll(List.of("groupKey", "label"));
        link.put("certificateAuthorityType", "PortalCertificateAuthority");
        link.put("authority", "theirs");
        link.put("apiKey", token);
        assertLinks(onboarding, "portal", link, 200);
        link.put("authority", "nobody's");
        assertThat(assertLinks(onboarding, "wrong", link, 400)).contains("it has no authority");
        link.put("apiKey", token + "x");
        assertThat(assertLinks(onboarding, "wrong", link, 400)).contains("it answered 401");
        return chain;
    }

    private static String assertLinks(Onboarding onboarding, String name, Map<String, Object> link, int status)
            throws IOException {
        Answer answer = onboarding.put("certificateAuthorities/" + name, JSON.writeValueAsString(link));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    /** Of devices that the other server knows by keys derived from one. */
    private static void enrollGroup(ControlPlane owner, Trust trust) throws Exception {
        String key = owner.provisioningConnectionString().replaceFirst(".*SharedAccessKey=", "");
        String body = "{\"enrollmentGroupId\":\"partners\",\"attestation\":{\"type\":\"symmetricKey\","
                + "\"symmetricKey\":{\"primaryKey\":\"" + GROUP_KEY + "\",\"secondaryKey\":\"" + GROUP_KEY
                + "\"}}" + Onboarding.issuedBy("theirs") + "}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "https://" + OTHER + ":" + OTHER_HTTPS + "/enrollmentGroups/partners?api-version=2021-10-01"))
                .header("Authorization", HubToken.of(OTHER, key) + "&skn=provisioningserviceowner")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(trust.context(Optional.empty()))
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        }
    }

    private static Wish enrolled(Onboarding onboarding, String authority, String id) throws IOException {
        onboarding.enroll(id, Onboarding.issuedBy(authority));
        return Wish.of(id);
    }

    private static String registered(Onboarding onboarding, Wish wish) throws IOException {
        Answer accepted = onboarding.register(wish.id(), wish.body());
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        return accepted.json().at("/operationId").asString();
    }

    private static void assertWaits(Onboarding onboarding, Map<Wish, String> waiting) throws IOException {
        for (Map.Entry<Wish, String> entry : waiting.entrySet()) {
            assertThat(onboarding
                            .result(entry.getKey().id(), entry.getValue())
                            .at("/status")
                            .asString())
                    .isEqualTo("assigning");
        }
    }

    private static List<Certificate> with(Certificate leaf, List<Certificate> issuers) {
        return Stream.concat(Stream.of(leaf), issuers.stream()).toList();
    }

    private void assertSecretsAreKept(Server other, String log) throws IOException {
        List<String> secrets =
                List.of(GROUP_KEY, Files.readString(other.adminTokenFile()).strip());
        assertThat(log).contains("DEBUG").doesNotContain(secrets);
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secrets);
            }
        }
    }

    private Config otherConfig() {
        Config config = TestServer.config(otherDirectory.resolve("data"));
        return new Config(
                config.dataDirectory(),
                new Config.Listen(OTHER, OTHER_HTTPS, TestServer.MQTT, TestServer.AMQP),
                new Config.Tls(List.of(OTHER), Optional.empty(), Optional.empty(), Optional.empty()),
                config.store(),
                config.provisioning(),
                List.of(new Config.Hub(OTHER, List.of())),
                config.events(),
                config.authorities());
    }
}
