package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hubs as resources of the control plane. */
class HubResourceApiIT {
    private static final String SUBSCRIPTION = "/subscriptions/s/providers/Microsoft.Devices/IotHubs";
    private static final String GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs";
    private static final String HUB = GROUP + "/" + RunningFrontEnd.HUB;
    private static final String OWNER = "{\"keyName\":\"iothubowner\","
            + "\"rights\":\"RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect\"}";

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void hub_isFoundByItsNameInAnyCase_forTheAdministratorAlone() {
        assertThat(text(json(call("GET", HUB.toUpperCase(Locale.ROOT) + "?api-version=2021-07-02", "")), "name"))
                .isEqualTo(RunningFrontEnd.HUB);
        assertThat(call("GET", GROUP, "").body()).startsWith("{\"value\":[{\"id\":\"" + HUB + "\"");
        assertThat(call("GET", SUBSCRIPTION, "").body()).contains("/resourceGroups/muster/");
        HttpResponse<String> other = call("POST", GROUP + "/other/listkeys", "");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(text(json(other), "details")).contains("the server's own are " + RunningFrontEnd.HUB);
        assertThat(client.send("POST", server.url(HUB + "/listkeys"), "", Map.of())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void policies_areCreatedRolledAndDeleted() {
        put(OWNER + ",{\"keyName\":\"reader\",\"rights\":\"registryread\"}");
        Map<String, Object> made = json(call("POST", HUB + "/IotHubKeys/READER/listkeys", ""));
        assertThat(made).containsEntry("keyName", "reader").containsEntry("rights", "RegistryRead");

        String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        put(OWNER + ",{\"keyName\":\"reader\",\"primaryKey\":\"" + key + "\",\"rights\":\"RegistryRead\"}");
        assertThat(json(call("POST", HUB + "/IotHubKeys/reader/listkeys", "")))
                .containsEntry("primaryKey", key)
                .containsEntry("secondaryKey", made.get("secondaryKey"));

        put(OWNER);
        assertThat(call("POST", HUB + "/IotHubKeys/reader/listkeys", "").statusCode())
                .isEqualTo(404);
        assertThat(call("POST", HUB + "/listkeys", "").body())
                .contains("\"keyName\":\"iothubowner\"")
                .doesNotContain("reader");
    }

    @Test
    void policies_thatCannotBe_areRefused() {
        assertThat(call("PUT", HUB, "{}").statusCode()).isEqualTo(400);
        assertThat(call("PUT", HUB, resource("")).statusCode()).isEqualTo(400);
        HttpResponse<String> foreign =
                call("PUT", HUB, resource(OWNER + ",{\"keyName\":\"x\",\"rights\":\"EnrollmentRead\"}"));
        assertThat(foreign.statusCode()).isEqualTo(400);
        assertThat(foreign.body()).contains("RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect");
    }

    @Test
    void etag_changesWithThePolicies_andAStaleOneIsRefused() {
        String etag = text(json(call("GET", HUB, "")), "etag");
        String policies = resource(OWNER + ",{\"keyName\":\"x\",\"rights\":\"ServiceConnect\"}");

        HttpResponse<String> changed = call("PUT", HUB, policies, Map.of("If-Match", etag));

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(text(json(changed), "etag")).isNotEqualTo(etag);
        assertThat(call("PUT", HUB, policies, Map.of("If-Match", etag)).statusCode())
                .isEqualTo(412);
    }

    private void put(String policies) {
        HttpResponse<String> answer = call("PUT", HUB, resource(policies));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String resource(String policies) {
        return "{\"properties\":{\"authorizationPolicies\":[" + policies + "]}}";
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return call(method, path, body, Map.of());
    }

    private HttpResponse<String> call(String method, String path, String body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Authorization", "Bearer " + RunningFrontEnd.ADMINISTRATOR_TOKEN);
        return client.send(method, server.url(path), body, all);
    }
}
