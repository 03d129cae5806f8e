package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.SharedAccessPolicy;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The service API as the service SDKs use it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceApiIT {
    private static final String VERSION = "?api-version=2019-03-31";

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);
    private final TestIdentity device = TestIdentity.leaf("pump-1");

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void individualEnrollment_livesItsLife() {
        HttpResponse<String> created = call("PUT", "/enrollments/Life-1", individual("Life-1", pem(device)), Map.of());
        assertThat(created.statusCode()).isEqualTo(200);
        Map<String, Object> body = json(created);
        String etag = text(body, "etag");
        assertThat(etag).startsWith("\"").endsWith("\"");
        assertThat(body)
                .containsEntry("provisioningStatus", "enabled")
                .containsEntry("allocationPolicy", "hashed")
                .containsKeys("createdDateTimeUtc", "lastUpdatedDateTimeUtc", "reprovisionPolicy", "capabilities");
        assertThat(created.body()).doesNotContain("\"certificate\"").contains("\"sha256Thumbprint\"");

        // Clients send back what they were shown, which has no certificate in it.
        String update = created.body().replace("\"enabled\"", "\"Disabled\"");
        HttpResponse<String> updated = call("PUT", "/enrollments/life-1/", update, Map.of("If-Match", etag));
        assertThat(updated.statusCode()).isEqualTo(200);
        assertThat(json(updated))
                .containsEntry("provisioningStatus", "disabled")
                .containsEntry("registrationId", "Life-1")
                .containsEntry("attestation", body.get("attestation"));

        assertThat(call("PUT", "/enrollments/life-1", update, Map.of()).statusCode())
                .isEqualTo(409);
        assertThat(call("PUT", "/enrollments/life-1", update, Map.of("If-Match", etag))
                        .statusCode())
                .isEqualTo(412);
        assertThat(call("POST", "/enrollments/life-1/AttestationMechanism", "", Map.of())
                        .body())
                .startsWith("{\"type\":\"x509\"");
        assertThat(call("DELETE", "/enrollments/life-1", "", Map.of("If-Match", "\"*\""))
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("GET", "/enrollments/life-1", "", Map.of()).statusCode())
                .isEqualTo(404);
        assertThat(call("DELETE", "/enrollments/life-1", "", Map.of("If-Match", "*"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void certificates_areReadInEverySpelling() throws Exception {
        String der = Base64.getEncoder().encodeToString(device.x509().getEncoded());
        List<String> spellings = List.of(
                der,
                "-----BEGIN CERTIFICATE-----\\n" + der + "\\n-----END CERTIFICATE-----",
                Base64.getEncoder()
                        .encodeToString(pem(device).replace("\\n", "\n").getBytes(StandardCharsets.US_ASCII)));

        for (String spelling : spellings) {
            HttpResponse<String> created =
                    call("PUT", "/enrollments/spelled", individual("spelled", spelling), Map.of());

            assertThat(created.body())
                    .contains(device.certificate().thumbprint().hex());
            call("DELETE", "/enrollments/spelled", "", Map.of());
        }
    }

    @Test
    void group_isWrittenAndItsRegistrationsAreListed() {
        TestIdentity root = TestIdentity.selfSigned("Group Root");
        String body = "{\"enrollmentGroupId\":\"Save_Group1\",\"attestation\":{\"type\":\"x509\",\"x509\":{"
                + "\"signingCertificates\":{\"primary\":{\"certificate\":\"" + pem(root) + "\"}}}}}";
        assertThat(call("PUT", "/enrollmentGroups/Save_Group1", body, Map.of()).statusCode())
                .isEqualTo(200);
        server.enrollGroup(root, "Save_Group1");
        new TestClient(root.issueLeaf("fan-1"))
                .send("PUT", server.registration("fan-1", "/register"), "{\"registrationId\":\"fan-1\"}");

        HttpResponse<String> registrations = call("POST", "/registrations/save_group1/query", "", Map.of());

        assertThat(registrations.headers().firstValue("x-ms-item-type")).contains("DeviceRegistration");
        assertThat(registrations.body())
                .contains("\"registrationId\":\"fan-1\"")
                .doesNotContain("x509");
        String etag = text(json(call("GET", "/registrations/fan-1", "", Map.of())), "etag");
        assertThat(call("DELETE", "/registrations/fan-1", "", Map.of("If-Match", etag))
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("GET", "/registrations/fan-1", "", Map.of()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void query_comesInPages() {
        try (RunningFrontEnd other = new RunningFrontEnd()) {
            List.of("a", "b", "c").forEach(id -> other.enroll(device, id));
            Map<String, String> headers =
                    new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"));
            headers.put("x-ms-max-item-count", "2");
            String url = other.url("/enrollments/query" + VERSION);

            HttpResponse<String> first = client.send("POST", url, "{\"query\":\"SELECT *\"}", headers);
            headers.put(
                    "x-ms-continuation",
                    first.headers().firstValue("x-ms-continuation").orElseThrow());
            HttpResponse<String> second =
                    client.send("POST", url, "{\"query\":\"select * from enrollments\"}", headers);

            assertThat(first.headers().firstValue("x-ms-item-type")).contains("Enrollment");
            assertThat(first.body()).startsWith("[").contains("\"a\"", "\"b\"").doesNotContain("\"c\"");
            assertThat(second.body()).contains("\"c\"").doesNotContain("\"a\"");
            assertThat(second.headers().firstValue("x-ms-continuation")).isEmpty();
        }
    }

    @Test
    void query_selectsAndProjects() {
        try (RunningFrontEnd other = new RunningFrontEnd()) {
            List.of("a", "b", "c").forEach(id -> other.enroll(device, id));
            String url = other.url("/enrollments/query" + VERSION);

            HttpResponse<String> whole = query(url, "select * from enrollments where registrationId in ['a', 'c']");
            HttpResponse<String> parts = query(url, "SELECT registrationId AS id WHERE NOT registrationId = `b`");
            HttpResponse<String> counted =
                    query(url, "SELECT provisioningStatus, COUNT() AS n GROUP BY provisioningStatus");

            assertThat(whole.headers().firstValue("x-ms-item-type")).contains("Enrollment");
            assertThat(whole.body()).contains("\"a\"", "\"c\"").doesNotContain("\"b\"");
            assertThat(parts.headers().firstValue("x-ms-item-type")).contains("Unknown");
            assertThat(parts.body()).isEqualTo("[{\"id\":\"a\"},{\"id\":\"c\"}]");
            assertThat(counted.body()).isEqualTo("[{\"provisioningStatus\":\"enabled\",\"n\":3}]");
        }
    }

    @Test
    void query_thatIsWrong_isRefusedWithThePlace() {
        HttpResponse<String> answer =
                call("POST", "/enrollments/query", "{\"query\":\"SELECT * FROM enrollmentGroups\"}", Map.of());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer))
                .containsEntry("message", "Query, character 15: expected enrollments and found 'enrollmentGroups'.");
    }

    @Test
    void unsupportedAttestation_isRefusedWithAReason() {
        HttpResponse<String> answer = call(
                "PUT",
                "/enrollments/t",
                "{\"registrationId\":\"t\",\"attestation\":{\"type\":\"tpm\",\"tpm\":{\"endorsementKey\":\"x\"}}}",
                Map.of());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer)).containsEntry("errorCode", 400004);
    }

    @Test
    void caller_needsAKeyAndTheRight() {
        String url = server.url("/enrollments/x" + VERSION);
        SharedAccessPolicy reader = new SharedAccessPolicy(
                "reader",
                RunningFrontEnd.SERVICE_OWNER.primaryKey(),
                RunningFrontEnd.SERVICE_OWNER.secondaryKey(),
                Set.of(SharedAccessPolicy.Right.ENROLLMENT_READ));
        server.policies.put("dps", reader);
        Map<String, String> forged = RunningFrontEnd.signed(
                new SharedAccessPolicy("provisioningserviceowner", "Zm9yZ2Vk", "Zm9yZ2Vk", Set.of()), "localhost");

        assertThat(client.send("GET", url, "").statusCode()).isEqualTo(401);
        assertThat(client.send("GET", url, "", forged).statusCode()).isEqualTo(401);
        assertThat(client.send("GET", url, "", RunningFrontEnd.signed(reader, "elsewhere"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.send("GET", url, "", RunningFrontEnd.signed(reader, "localhost"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(client.send("DELETE", url, "", RunningFrontEnd.signed(reader, "localhost"))
                        .statusCode())
                .isEqualTo(401);
    }

    private HttpResponse<String> query(String url, String query) {
        return client.send(
                "POST",
                url,
                "{\"query\":\"" + query + "\"}",
                RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"));
    }

    private HttpResponse<String> call(String method, String path, String body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"));
        all.putAll(headers);
        return client.send(method, server.url(path + VERSION), body, all);
    }

    private static String individual(String id, String certificate) {
        return "{\"registrationId\":\"" + id + "\",\"allocationPolicy\":\"Hashed\",\"iotHubs\":[\"hub.example\"],"
                + "\"attestation\":{\"type\":\"x509\",\"tpm\":null,\"x509\":{\"signingCertificates\":null,"
                + "\"clientCertificates\":{\"primary\":{\"certificate\":\"" + certificate
                + "\"},\"secondary\":null}}},\"additional_properties\":{}}";
    }

    /** As it stands in a JSON string. */
    static String pem(TestIdentity identity) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(identity.certificate().der());
        return ("-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n").replace("\n", "\\n");
    }
}
