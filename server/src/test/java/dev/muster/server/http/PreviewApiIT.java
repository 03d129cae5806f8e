package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the previews of the service API have: kept and given back, and no more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreviewApiIT {
    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void trustBundle_livesItsLife() {
        TestIdentity root = TestIdentity.selfSigned("Bundled Root");
        String body = "{\"id\":\"roots\",\"certificates\":[{\"certificate\":\"" + ServiceApiIT.pem(root) + "\"}]}";

        HttpResponse<String> created = call("PUT", "/trustBundles/Roots", body, Map.of());
        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(created.body())
                .contains("\"certificate\":\"-----BEGIN", "\"metadata\":{\"subjectName\":\"CN=Bundled Root\"");
        assertThat(json(created)).containsKeys("createdDateTime", "lastModifiedDateTime");
        String etag = text(json(created), "etag");
        assertThat(call("PUT", "/trustBundles/roots", body, Map.of()).statusCode())
                .isEqualTo(409);
        assertThat(call("POST", "/trustBundles/query?withCertificateData=true", "", Map.of())
                        .body())
                .contains("BEGIN CERTIFICATE");
        HttpResponse<String> listed = call("POST", "/trustbundles/query", "", Map.of());
        assertThat(listed.body()).contains("\"id\":\"Roots\"").doesNotContain("BEGIN CERTIFICATE");
        assertThat(listed.headers().firstValue("x-ms-item-type")).contains("TrustBundle");

        assertThat(call("DELETE", "/trustBundles/roots", "", Map.of()).statusCode())
                .isEqualTo(400);
        assertThat(call("DELETE", "/trustBundles/roots", "", Map.of("If-Match", "\"other\""))
                        .statusCode())
                .isEqualTo(412);
        assertThat(call("DELETE", "/trustBundles/roots", "", Map.of("If-Match", etag))
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("GET", "/trustBundles/roots", "", Map.of()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void certificateAuthority_keepsItsSecretsToItself() {
        String body = "{\"certificateAuthorityType\":\"DigiCertCertificateAuthority\",\"profileName\":\"iot\","
                + "\"apiKey\":\"top-secret\"}";

        HttpResponse<String> created = call("PUT", "/certificateAuthorities/digicert", body, Map.of());
        HttpResponse<String> read = call("GET", "/certificateAuthorities/DIGICERT", "", Map.of());
        HttpResponse<String> listed = call("POST", "/certificateAuthorities/query", "{\"query\":\"*\"}", Map.of());

        assertThat(json(created)).containsEntry("profileName", "iot").containsKeys("createdDateTimeUtc", "etag");
        assertThat(created.body() + read.body() + listed.body())
                .contains("DigiCert")
                .doesNotContain("secret", "apiKey");
        assertThat(call("PUT", "/certificateAuthorities/none", "{}", Map.of()).statusCode())
                .isEqualTo(400);
        assertThat(call("PUT", "/certificateAuthorities/two%20words", body, Map.of())
                        .body())
                .contains("The id must be of");
    }

    /** Files often have both, and whoever may read the account is shown what it trusts. */
    @Test
    void keyBesideTrustedCertificates_isNotKept() {
        String certificates = ServiceApiIT.pem(TestIdentity.selfSigned("Trusted Root"));
        String body = "{\"certificateAuthorityType\":\"DigiCertCertificateAuthority\",\"trustedCertificates\":\""
                + certificates + "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n\"}";

        HttpResponse<String> created = call("PUT", "/certificateAuthorities/trusting", body, Map.of());

        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(created.body()).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE");
        assertThat(call("PUT", "/certificateAuthorities/blind", body.replace("CERTIFICATE--", "NONE--"), Map.of())
                        .body())
                .contains("trustedCertificates: ");
    }

    @Test
    void membersOfPreviews_areKeptInEnrollments() {
        for (String account : List.of("digicert", "p")) {
            call(
                    "PUT",
                    "/certificateAuthorities/" + account,
                    "{\"certificateAuthorityType\":\"DigiCertCertificateAuthority\"}",
                    Map.of());
        }
        String attestation = "\"attestation\":{\"type\":\"symmetricKey\"}";
        String further =
                "\"trustBundleId\":\"roots\",\"clientCertificateIssuancePolicy\":{\"certificateAuthorityName\":"
                        + "\"digicert\"},\"credentialPolicyName\":\"p\"";

        call(
                "PUT",
                "/enrollments/kept",
                "{\"deviceHostname\":\"h\",\"unheardOf\":1," + further + "," + attestation + "}",
                Map.of());
        call(
                "PUT",
                "/enrollmentGroups/kept",
                "{\"deviceHostname\":\"h\"," + further + "," + attestation + "}",
                Map.of());

        Map<String, Object> individual = json(call("GET", "/enrollments/kept", "", Map.of()));
        assertThat(individual)
                .containsEntry("trustBundleId", "roots")
                .containsEntry("clientCertificateIssuancePolicy", Map.of("certificateAuthorityName", "digicert"))
                .containsEntry("credentialPolicyName", "p")
                .containsEntry("deviceHostname", "h")
                .doesNotContainKey("unheardOf");
        assertThat(json(call("GET", "/enrollmentGroups/kept", "", Map.of())))
                .containsEntry("trustBundleId", "roots")
                .doesNotContainKey("deviceHostname");
    }

    @Test
    void issuerThatIsUnknown_isRefusedBeforeADeviceAsksForIt() {
        HttpResponse<String> refused = call(
                "PUT",
                "/enrollments/asks",
                "{\"credentialPolicyName\":\"plnat\",\"attestation\":{\"type\":\"symmetricKey\"}}",
                Map.of());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("The certificate authority 'plnat' does not exist.");
    }

    private HttpResponse<String> call(String method, String path, String body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"));
        all.putAll(headers);
        return client.send(method, server.url(path), body, all);
    }
}
