package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.hub.Event;
import dev.muster.server.wire.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The control plane and Muster's own API, for the bearer of the administrator's token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnerApiIT {
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
    void resource_tellsIdScopeAndHubs() {
        Map<String, Object> properties = properties(call("GET", SERVICE, "", ""));

        assertThat(properties).containsEntry("idScope", RunningFrontEnd.ID_SCOPE);
        assertThat(call("POST", SERVICE + "/listkeys", "", "").body())
                .contains("\"keyName\":\"provisioningserviceowner\"", "EnrollmentRead, EnrollmentWrite");
        assertThat(call("GET", SERVICE.replace("muster", "other"), "", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void attempts_sayWhyADeviceWasRefused() {
        client.send("PUT", server.registration("ghost", "/register"), "{}");

        assertThat(call("GET", "/muster/registrations/ghost/attempts", "", "").body())
                .contains("\"registrationId\":\"ghost\"", "it presented no client certificate", "\"remedy\"");
        assertThat(call("GET", "/muster/attempts?failed=true&limit=1", "", "").body())
                .contains("\"succeeded\":false");
        assertThat(call("GET", "/muster/attempts?limit=none", "", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void events_areReadByPartition() {
        Event stored = server.events.append(
                new Event.Message(
                        RunningFrontEnd.HUB,
                        "dev",
                        "1",
                        Map.of("message-id", "m"),
                        Map.of("k", "v"),
                        "hello".getBytes(StandardCharsets.UTF_8)),
                Instant.now());

        HttpResponse<String> events =
                call("GET", "/muster/events?partition=" + stored.partition() + "&from=0&wait=5", "", "");

        assertThat(events.body()).contains("\"body\":\"aGVsbG8=\"", "\"deviceId\":\"dev\"", "\"k\":\"v\"");
        assertThat(call("GET", "/muster/events/partitions", "", "").body()).contains("\"end\":1");
        assertThat(call("GET", "/muster/events?partition=7", "", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void status_andConnectionStrings_areForTheOwnerAlone() {
        assertThat(call("GET", "/muster/status", "", "").body()).contains(RunningFrontEnd.HUB, "\"mqtt\":8883");
        assertThat(call("GET", "/muster/connection-strings", "", "").body())
                .contains("HostName=localhost;SharedAccessKeyName=provisioningserviceowner;SharedAccessKey=")
                .contains("HostName=" + RunningFrontEnd.HUB + ";SharedAccessKeyName=iothubowner");
        assertThat(client.send("GET", server.url("/muster/connection-strings"), "")
                        .statusCode())
                .isEqualTo(401);
        assertThat(client.send("GET", server.url(SERVICE), "", Map.of("Authorization", "Bearer nonsense"))
                        .statusCode())
                .isEqualTo(401);
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
