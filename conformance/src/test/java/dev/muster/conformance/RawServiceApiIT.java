package dev.muster.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.HttpPeer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service API as clients other than Java's write their requests (reference 1.2, 2.3 to 2.7). */
class RawServiceApiIT {
    private static final String KEYED = "\"attestation\":{\"type\":\"symmetricKey\"}";

    private static TestServer server;
    private static String policyName;
    private static String policyKey;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        String[] parts = server.controlPlane().provisioningConnectionString().split(";");
        policyName = parts[1].split("=", 2)[1];
        policyKey = parts[2].split("=", 2)[1];
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** How each client spells its requests. */
    enum Client {
        NODE("2021-10-01", "Accept: application/json\nContent-Type: application/json; charset=utf-8\nUser-Agent: x") {
            @Override
            String resource() {
                return TestServer.HOST;
            }

            @Override
            String token(String resource, String signature, long expiry, String name) {
                return "sr=" + resource + "&sig=" + signature + "&skn=" + name + "&se=" + expiry;
            }
        },
        CSHARP("2019-03-31", "Accept: application/json\nContent-Type: application/json; charset=utf-8"),
        C("2018-04-01", "UserAgent: iothub_dps_sc/1.0\nAccept: application/json\nContent-Type: application/json") {
            @Override
            String resource() {
                return super.resource().toLowerCase(Locale.ROOT);
            }
        },
        CLI(
                "2021-10-01",
                "Content-Type: application/json; charset=utf-8\nx-ms-client-request-id: 1\naccept-language: en-US\n"
                        + "Cache-Control: no-cache, must-revalidate") {
            @Override
            String resource() {
                return URLEncoder.encode(TestServer.HOST + ":443", StandardCharsets.UTF_8);
            }
        },
        JAVA("2019-03-31", "charset: utf-8\nRequest-Id: 1001\nContent-Type: application/json");

        private final String version;
        private final String headers;

        Client(String version, String headers) {
            this.version = version;
            this.headers = headers;
        }

        String resource() {
            return URLEncoder.encode(TestServer.HOST, StandardCharsets.UTF_8);
        }

        String token(String resource, String signature, long expiry, String name) {
            return "sr=" + resource + "&sig=" + signature + "&se=" + expiry + "&skn=" + name;
        }

        Answer send(HttpPeer peer, String method, String path, String more, String body) throws Exception {
            return peer.request(
                    method,
                    path + "?api-version=" + version,
                    headers + "\n" + (this == JAVA ? "authorization: " : "Authorization: ") + "SharedAccessSignature "
                            + token() + (more.isEmpty() ? "" : "\n" + more),
                    body);
        }

        private String token() throws Exception {
            long expiry = Instant.now().plusSeconds(600).getEpochSecond();
            String resource = resource();
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(policyKey), "HmacSHA256"));
            String signature = Base64.getEncoder()
                    .encodeToString(mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8)));
            return token(resource, URLEncoder.encode(signature, StandardCharsets.UTF_8), expiry, policyName);
        }
    }

    @ParameterizedTest
    @EnumSource(Client.class)
    void enrollment_livesItsLife(Client client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = "/enrollments/raw-" + client.name().toLowerCase(Locale.ROOT);
            String body = "{\"registrationId\":\"" + path.substring(13) + "\",\"etag\":null," + KEYED + "}";

            Answer created = client.send(peer, "PUT", path, "", body);
            assertThat(created.status()).isEqualTo(200);
            assertThat(created.header("content-type")).contains("application/json");
            String etag = created.json().get("etag").asString();
            assertThat(etag).matches("\".+\"");
            assertThat(created.json().get("createdDateTimeUtc").asString()).matches(".*\\.\\d{7}Z");
            assertThat(created.body()).doesNotContain("null");

            assertThat(client.send(peer, "PUT", path, "", body).status()).isEqualTo(409);
            assertThat(client.send(peer, "PUT", path, "If-Match: " + etag, body).status())
                    .isEqualTo(200);
            Answer stale = client.send(peer, "PUT", path, "If-Match: " + etag.replace("\"", ""), body);
            assertThat(stale.status()).isEqualTo(412);
            assertThat(stale.header("x-ms-error-code")).startsWith("412");
            assertThat(client.send(peer, "PUT", path, "If-Match: " + (client == Client.CLI ? "*" : "\"*\""), body)
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(peer, "DELETE", path, "if-match: *", "").status())
                    .isEqualTo(204);
            assertThat(client.send(peer, "GET", path, "", "")
                            .json()
                            .get("errorCode")
                            .asInt())
                    .isEqualTo(404201);
        }
    }

    /** Node and C post to a path with a slash at its end (reference 2.3). */
    @ParameterizedTest
    @EnumSource(Client.class)
    void bulk_isTaken(Client client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = client == Client.NODE || client == Client.C ? "/enrollments/" : "/enrollments";
            String items = "\"enrollments\":[{\"registrationId\":\"bulk-" + client.name() + "\"," + KEYED + "}]";

            Answer created = client.send(peer, "POST", path, "", "{\"mode\":\"create\"," + items + "}");
            Answer again = client.send(peer, "POST", path, "", "{" + items + ",\"mode\":\"create\"}");
            client.send(peer, "POST", path, "", "{\"mode\":\"delete\"," + items + "}");

            assertThat(created.body()).isEqualTo("{\"isSuccessful\":true,\"errors\":[]}");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().get("isSuccessful").asBoolean()).isFalse();
            assertThat(again.json().get("errors").get(0).get("errorCode").asInt())
                    .isEqualTo(409201);
        }
    }

    /** {@code {}} from Java, no body and no type from the others, all lower case from Node (reference 2.3). */
    @Test
    void attestationMechanism_isAskedForInEveryManner() throws Exception {
        try (HttpPeer peer = connect()) {
            Client.CLI.send(
                    peer,
                    "PUT",
                    "/enrollmentGroups/Save_Group1",
                    "",
                    "{\"enrollmentGroupId\":\"Save_Group1\"," + KEYED + "}");

            for (Answer answer : new Answer[] {
                Client.NODE.send(peer, "POST", "/enrollmentgroups/save_group1/attestationmechanism", "", ""),
                Client.JAVA.send(peer, "POST", "/enrollmentGroups/Save_Group1/attestationmechanism", "", "{}"),
                Client.CLI.send(peer, "POST", "/enrollmentGroups/Save_Group1/attestationmechanism", "", "")
            }) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().get("symmetricKey").get("primaryKey").asString())
                        .isNotEmpty();
            }
        }
    }

    /** Item types exact for C, no continuation on the last page (reference 2.4). */
    @Test
    void queries_areWrittenInEveryManner() throws Exception {
        try (HttpPeer peer = connect()) {
            for (int i = 0; i < 3; i++) {
                Client.CLI.send(
                        peer,
                        "PUT",
                        "/enrollmentGroups/paged-" + i,
                        "",
                        "{\"enrollmentGroupId\":\"paged-" + i + "\"," + KEYED + "}");
            }
            Answer first = Client.CLI.send(
                    peer,
                    "POST",
                    "/enrollmentGroups/query",
                    "x-ms-max-item-count: 2",
                    "{\"query\": \"SELECT * WHERE enrollmentGroupId >= 'paged-'\"}");
            Answer last = Client.CSHARP.send(
                    peer,
                    "POST",
                    "/enrollmentGroups/query",
                    "x-ms-max-item-count: 2\nx-ms-continuation: " + first.header("x-ms-continuation"),
                    "{\"query\": \"SELECT * WHERE enrollmentGroupId >= 'paged-'\"}");

            assertThat(first.header("x-ms-item-type")).isEqualTo("EnrollmentGroup");
            assertThat(last.json().size()).isBetween(1, 2);
            assertThat(last.headers()).doesNotContainKey("x-ms-continuation");
            assertThat(Client.NODE
                            .send(peer, "POST", "/enrollments/query", "", "{\"query\":\"*\"}")
                            .header("x-ms-item-type"))
                    .isEqualTo("Enrollment");
            Answer registrations = Client.CLI.send(peer, "POST", "/registrations/paged-0/query", "", "");
            assertThat(registrations.header("x-ms-item-type")).isEqualTo("DeviceRegistration");
            assertThat(registrations.body()).isEqualTo("[]");
            peer.send("POST /enrollments/query?api-version=2021-10-01 HTTP/1.1\r\nHost: " + TestServer.HOST
                    + "\r\nContent-Length: 0\r\nAuthorization: SharedAccessSignature " + Client.NODE.token()
                    + "\r\n\r\n");
            assertThat(peer.answer().orElseThrow().status()).isEqualTo(200);
        }
    }

    private static HttpPeer connect() throws Exception {
        return HttpPeer.connect(server, TestPki.selfSigned("service-client"));
    }
}
