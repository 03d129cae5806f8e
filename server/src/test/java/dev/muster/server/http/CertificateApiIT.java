package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.server.wire.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** CA certificates in the control plane, for the bearer of the administrator's token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateApiIT {
    private static final String SERVICE =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/provisioningServices/muster";

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void certificate_isProvedToBePossessed() {
        TestIdentity root = TestIdentity.selfSigned("Plant Root");
        String path = SERVICE + "/certificates/plant";

        Map<String, Object> uploaded = properties(call("PUT", path, upload(root), ""));
        assertThat(uploaded).containsEntry("isVerified", false).containsEntry("subject", "CN=Plant Root");
        assertThat(call("PUT", path, upload(root), "").statusCode()).isEqualTo(409);
        assertThat(call("POST", path + "/generateVerificationCode", "", "").statusCode())
                .isEqualTo(400);

        HttpResponse<String> coded = call("POST", path + "/generateVerificationCode", "", "*");
        String code = text(properties(coded), "verificationCode");
        String etag = text(json(coded), "etag");
        assertThat(code).matches("[0-9A-F]{48}");

        String foreign = proof(TestIdentity.selfSigned("Plant Root").issueLeaf(code));
        assertThat(call("POST", path + "/verify", foreign, etag).body())
                .contains("Proof-Of-Possession failed", "\"httpStatusCode\":\"400\"");
        String unnamed = proof(root.issueLeaf("something else"));
        assertThat(call("POST", path + "/verify", unnamed, etag).statusCode()).isEqualTo(400);
        HttpResponse<String> verified = call("POST", path + "/verify", proof(root.issueLeaf(code)), etag);
        assertThat(properties(verified)).containsEntry("isVerified", true).doesNotContainKey("verificationCode");

        assertThat(properties(call("PUT", path, upload(root), "*"))).containsEntry("isVerified", true);
        TestIdentity other = TestIdentity.selfSigned("Plant Root");
        assertThat(properties(call("PUT", path, upload(other), "*"))).containsEntry("isVerified", false);
        assertThat(call("GET", SERVICE + "/certificates", "", "").body()).contains("\"name\":\"plant\"");
        assertThat(call("DELETE", path, "", "stale").statusCode()).isEqualTo(412);
        assertThat(call("DELETE", path, "", "*").statusCode()).isEqualTo(204);
        assertThat(call("GET", path, "", "").statusCode()).isEqualTo(404);
    }

    @Test
    void leaf_isNoAuthority() {
        assertThat(call("PUT", SERVICE + "/certificates/leaf", upload(TestIdentity.leaf("leaf")), "")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void certificate_isReadInEverySpelling_andShownAsAzureDoes() {
        TestIdentity root = TestIdentity.selfSigned("Spelled");
        String der = Base64.getEncoder().encodeToString(root.certificate().der());
        String pem = Pem.write(root.certificate());
        String encodedPem = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        String path = SERVICE.toUpperCase(Locale.ROOT) + "/Certificates/Spelled";

        for (String body : List.of(
                "{\"properties\":{\"certificate\":\"" + der + "\"}}",
                "{\"Properties\":{\"Certificate\":\"" + encodedPem + "\",\"IsVerified\":null}}",
                "{\"certificate\":\"" + pem.replace("\n", "\\n") + "\"}")) {
            HttpResponse<String> uploaded = call("PUT", path, body, "");

            assertThat(properties(uploaded))
                    .containsEntry(
                            "thumbprint", Thumbprint.sha1(root.certificate().der()))
                    .containsEntry("certificate", der)
                    .containsEntry("isVerified", false)
                    .hasEntrySatisfying(
                            "expiry",
                            date -> assertThat(text(Map.of("", date), ""))
                                    .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
            assertThat(text(json(uploaded), "id")).endsWith("/certificates/Spelled");
            assertThat(call("DELETE", path + "/", "", "\"" + text(json(uploaded), "etag") + "\"")
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void severalCertificatesAtOnce_areRefusedByName() {
        String chain = Pem.write(List.of(
                TestIdentity.selfSigned("One").certificate(),
                TestIdentity.selfSigned("Two").certificate()));

        HttpResponse<String> answer = call(
                "PUT",
                SERVICE + "/certificates/chain",
                "{\"properties\":{\"certificate\":\"" + chain.replace("\n", "\\n") + "\"}}",
                "");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("2 certificates", "CN=One", "CN=Two");
    }

    @Test
    void codeOfAnOldEtag_isRefusedBeforeTheProofIsLookedAt() {
        TestIdentity root = TestIdentity.selfSigned("Stale");
        String path = SERVICE + "/certificates/stale";
        String first = text(json(call("PUT", path, upload(root), "")), "etag");
        HttpResponse<String> coded = call("POST", path + "/generateVerificationCode", "", first);
        String code = text(properties(coded), "verificationCode");

        assertThat(call("POST", path + "/generateVerificationCode", "", first).statusCode())
                .isEqualTo(412);
        assertThat(call("POST", path + "/verify", proof(root.issueLeaf("wrong")), first)
                        .statusCode())
                .isEqualTo(412);
        assertThat(call("POST", path + "/verify", proof(root.issueLeaf(code)), "")
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("POST", path + "/verify", proof(root.issueLeaf(code)), "*")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> again = call("POST", path + "/verify", proof(root.issueLeaf(code)), "*");
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("generate one and sign a certificate for it");
    }

    @Test
    void proofThatIsNoCertificate_isRefusedWithWhatToSend() {
        String path = SERVICE + "/certificates/unread";
        call("PUT", path, upload(TestIdentity.selfSigned("Unread")), "");
        call("POST", path + "/generateVerificationCode", "", "*");

        HttpResponse<String> answer = call("POST", path + "/verify", "{\"certificate\":\"bm8=\"}", "*");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(text(json(answer), "message")).isEqualTo("The certificate cannot be read.");
        assertThat(text(json(answer), "details")).contains("give an X.509 certificate in PEM", "Tracking ID: ");
        assertThat(call("POST", path + "/verify", "{}", "*").statusCode()).isEqualTo(400);
    }

    @Test
    void vouchedFor_isVerifiedOnUpload_andReplacedWithIfMatchAlone() {
        String path = SERVICE + "/certificates/vouched";
        TestIdentity root = TestIdentity.selfSigned("Vouched");
        String body = upload(root).replace("}}", ",\"isVerified\":true}}");

        assertThat(properties(call("PUT", path, body, ""))).containsEntry("isVerified", true);
        HttpResponse<String> again = call("PUT", path, body, "");
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("If-Match");
        assertThat(call("PUT", path, body, "stale").statusCode()).isEqualTo(412);
        assertThat(call("PUT", SERVICE + "/certificates/none", body, "*").statusCode())
                .isEqualTo(412);
        assertThat(call("DELETE", path, "", "").statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> call(String method, String path, String body, String ifMatch) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + RunningFrontEnd.ADMINISTRATOR_TOKEN);
        if (!ifMatch.isEmpty()) {
            headers.put("If-Match", ifMatch);
        }
        return client.send(method, server.url(path), body, headers);
    }

    private static String upload(TestIdentity identity) {
        return "{\"properties\":{\"certificate\":\"" + ServiceApiIT.pem(identity) + "\"}}";
    }

    private static String proof(TestIdentity identity) {
        return "{\"certificate\":\"" + ServiceApiIT.pem(identity) + "\"}";
    }

    private static Map<String, Object> properties(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.parseObject(Json.print(Objects.requireNonNull(json(response).get("properties"))));
    }
}
