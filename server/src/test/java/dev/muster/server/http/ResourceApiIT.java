package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.SharedAccessPolicy;
import dev.muster.server.wire.Json;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The provisioning service as a resource of the control plane. */
class ResourceApiIT {
    private static final String SUBSCRIPTION = "/subscriptions/s/providers/Microsoft.Devices";
    private static final String GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices";
    private static final String SERVICE = GROUP + "/provisioningServices/muster";
    private static final String OWNER_RIGHTS =
            "ServiceConfig, EnrollmentRead, EnrollmentWrite, RegistrationStatusRead, RegistrationStatusWrite";
    private static final String OWNER =
            "{\"keyName\":\"provisioningserviceowner\",\"rights\":\"" + OWNER_RIGHTS + "\"}";

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void resource_tellsIdScopeAndHubs() {
        HttpResponse<String> answer = call("GET", SERVICE + "/?api-version=2022-12-12", "");

        assertThat(properties(answer))
                .containsEntry("idScope", RunningFrontEnd.ID_SCOPE)
                .containsEntry("state", "Active")
                .containsEntry("allocationPolicy", "Hashed")
                .hasEntrySatisfying(
                        "iotHubs", hubs -> assertThat(String.valueOf(hubs)).contains("name=" + RunningFrontEnd.HUB));
        assertThat(text(json(answer), "id")).isEqualTo(SERVICE);
        assertThat(call("GET", SERVICE.toUpperCase(Locale.ROOT), "").statusCode())
                .isEqualTo(200);
        HttpResponse<String> other = call("GET", SERVICE.replace("muster", "other"), "");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(text(json(other), "details")).contains("this server has one, which is called 'muster'");
        assertThat(client.send("GET", server.url(SERVICE), "", Map.of("Authorization", "Bearer nonsense"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void lists_holdTheOneService() {
        for (String path : List.of(SUBSCRIPTION, GROUP)) {
            assertThat(call("GET", path + "/provisioningServices?api-version=2021-10-15", "")
                            .body())
                    .startsWith("{\"value\":[{\"id\":")
                    .contains("\"name\":\"muster\"");
        }
        assertThat(call("GET", SERVICE + "/skus", "").body()).isEqualTo("{\"value\":[{\"name\":\"S1\"}]}");
        assertThat(call("GET", SERVICE + "/operationresults/any?asyncinfo=true", "")
                        .body())
                .isEqualTo("{\"status\":\"Succeeded\"}");
    }

    @Test
    void names_areAllTaken() {
        String path = SUBSCRIPTION + "/checkProvisioningServiceNameAvailability";

        assertThat(call("POST", path, "{\"name\":\"Muster\"}").body()).contains("false", "\"AlreadyExists\"");
        assertThat(call("POST", path, "{\"name\":\"other\"}").body())
                .contains("\"Invalid\"", "A server has one provisioning service");
        assertThat(call("POST", path, "{\"name\":\"-\"}").body()).contains("letters, digits and hyphens");
        assertThat(call("POST", path, "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void policies_areCreatedChangedRolledAndDeleted() {
        put(OWNER + ",{\"keyName\":\"factory\",\"rights\":\"EnrollmentRead,enrollmentwrite\"}");
        Map<String, Object> made = json(call("POST", SERVICE + "/keys/factory/listkeys", ""));
        assertThat(made).containsEntry("rights", "EnrollmentRead, EnrollmentWrite");
        assertThat(made.get("primaryKey")).isNotEqualTo(made.get("secondaryKey"));

        String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        put(OWNER + ",{\"KeyName\":\"Factory\",\"PrimaryKey\":\"" + key + "\",\"Rights\":\"EnrollmentRead\"}");
        assertThat(json(call("POST", SERVICE + "/keys/FACTORY/listkeys", "")))
                .containsEntry("keyName", "factory")
                .containsEntry("primaryKey", key)
                .containsEntry("secondaryKey", made.get("secondaryKey"))
                .containsEntry("rights", "EnrollmentRead");
        SharedAccessPolicy rolled = server.policies.find("dps", "factory").orElseThrow();
        assertThat(client.send(
                                "GET",
                                server.url("/enrollments/none?api-version=2019-03-31"),
                                "",
                                RunningFrontEnd.signed(rolled, "localhost"))
                        .statusCode())
                .isEqualTo(404);

        put(OWNER);
        assertThat(call("POST", SERVICE + "/keys/factory/listkeys", "").statusCode())
                .isEqualTo(404);
        assertThat(call("POST", SERVICE + "/listkeys", "").body())
                .contains("\"keyName\":\"provisioningserviceowner\"", OWNER_RIGHTS)
                .doesNotContain("factory");
    }

    @Test
    void policies_thatCannotBe_areRefusedAndNothingChanges() {
        String before = call("POST", SERVICE + "/listkeys", "").body();

        for (String policies : List.of(
                "",
                "{\"keyName\":\"provisioningserviceowner\",\"rights\":\"EnrollmentRead\"}",
                OWNER + ",{\"keyName\":\"x\",\"rights\":\"RegistryRead\"}",
                OWNER + ",{\"keyName\":\"x\",\"rights\":\"Everything\"}",
                OWNER + ",{\"keyName\":\"x y\",\"rights\":\"EnrollmentRead\"}",
                OWNER + ",{\"keyName\":\"x\",\"primaryKey\":\"short\",\"rights\":\"EnrollmentRead\"}",
                OWNER + "," + OWNER)) {
            HttpResponse<String> answer = call("PUT", SERVICE, resource(policies));
            assertThat(answer.statusCode()).as(policies).isEqualTo(400);
        }

        assertThat(call("POST", SERVICE + "/listkeys", "").body()).isEqualTo(before);
    }

    @Test
    void whatWasRead_isTakenBack_andWhatCannotChangeIsRefusedByName() {
        HttpResponse<String> read = call("GET", SERVICE, "");

        HttpResponse<String> written = call("PUT", SERVICE, read.body());

        assertThat(json(written)).isEqualTo(json(read));
        for (String change : List.of(
                "{\"sku\":{\"name\":\"S2\"}}",
                "{\"identity\":{\"type\":\"SystemAssigned\"}}",
                "{\"properties\":{\"publicNetworkAccess\":\"Disabled\"}}",
                "{\"properties\":{\"ipFilterRules\":[{\"filterName\":\"x\"}]}}")) {
            HttpResponse<String> answer = call("PUT", SERVICE, change);
            assertThat(answer.statusCode()).as(change).isEqualTo(400);
            assertThat(text(json(answer), "details")).contains("what can be changed is");
        }
        assertThat(text(json(call("DELETE", SERVICE, "")), "details")).contains("stop the server");
    }

    @Test
    void tags_areTheOwners() {
        HttpResponse<String> patched =
                call("PATCH", SERVICE, "{\"tags\":{\"Environment\":\"Plant 7\",\"cost-center\":null}}");
        assertThat(json(patched)).containsEntry("tags", Map.of("Environment", "Plant 7", "cost-center", ""));

        HttpResponse<String> untouched = call("PUT", SERVICE, resource(OWNER));
        assertThat(json(untouched)).containsEntry("tags", json(patched).get("tags"));
        assertThat(json(call("PUT", SERVICE, call("GET", SERVICE, "").body())))
                .containsEntry("tags", json(patched).get("tags"));

        HttpResponse<String> replaced = call("PATCH", SERVICE, "{\"Tags\":{\"line\":\"2\"}}");
        assertThat(json(replaced)).containsEntry("tags", Map.of("line", "2"));
        assertThat(json(replaced).get("etag")).isNotEqualTo(json(patched).get("etag"));
        for (String tags : List.of(
                "{\"a/b\":\"c\"}",
                "{\"\":\"c\"}",
                "{\"a\":1}",
                "{\"a\":\"b\",\"A\":\"c\"}",
                "{\"a\":\"" + "b".repeat(257) + "\"}",
                "[]")) {
            assertThat(call("PATCH", SERVICE, "{\"tags\":" + tags + "}").statusCode())
                    .as(tags)
                    .isEqualTo(400);
        }
        assertThat(json(call("PATCH", SERVICE, "{\"tags\":{}}"))).containsEntry("tags", Map.of());
    }

    @Test
    void hubs_areLinkedChangedAndUnlinked() {
        String own = "{\"name\":\"" + RunningFrontEnd.HUB + "\"}";
        String key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        String connection = "HostName=Other.example;SharedAccessKeyName=dps;SharedAccessKey=" + key;

        HttpResponse<String> linked = call(
                "PUT",
                SERVICE,
                hubs(own + ",{\"connectionString\":\"" + connection
                        + "\",\"location\":\"north\",\"allocationWeight\":3,\"applyAllocationPolicy\":false}"));
        assertThat(properties(linked))
                .hasEntrySatisfying(
                        "iotHubs",
                        hubs -> assertThat(String.valueOf(hubs))
                                .contains(
                                        "name=other.example",
                                        "SharedAccessKey=****",
                                        "allocationWeight=3",
                                        "location=north"));
        assertThat(linked.body()).doesNotContain(key);

        // What was read, masks and all, can be sent back.
        assertThat(call("PUT", SERVICE, linked.body()).body()).isEqualTo(linked.body());
        HttpResponse<String> changed = call(
                "PUT",
                SERVICE,
                hubs(own + ",{\"Name\":\"OTHER.example\",\"AllocationWeight\":5,\"ApplyAllocationPolicy\":true}")
                        .replace("\"iotHubs\"", "\"allocationPolicy\":\"geoLatency\",\"iotHubs\""));
        assertThat(properties(changed))
                .containsEntry("allocationPolicy", "GeoLatency")
                .hasEntrySatisfying(
                        "iotHubs", hubs -> assertThat(String.valueOf(hubs)).contains("allocationWeight=5"));

        HttpResponse<String> rekeyed = call(
                "PUT", SERVICE, hubs(own + ",{\"connectionString\":\"" + connection.replace("AAAA=", "AAAB=") + "\"}"));
        assertThat(json(rekeyed).get("etag"))
                .as("whoever has read the old key must not overwrite the new one")
                .isNotEqualTo(json(changed).get("etag"));

        assertThat(properties(call("PUT", SERVICE, hubs(own))))
                .hasEntrySatisfying(
                        "iotHubs", hubs -> assertThat(String.valueOf(hubs)).doesNotContain("other.example"));
    }

    @Test
    void hubs_thatCannotBe_areRefusedAndNothingChanges() {
        String own = "{\"name\":\"" + RunningFrontEnd.HUB + "\"}";
        String before = call("GET", SERVICE, "").body();

        for (String hubs : List.of(
                "",
                own + ",{\"name\":\"unheard.of\"}",
                own + ",{\"location\":\"north\"}",
                own + "," + own,
                own + ",{\"connectionString\":\"HostName=other.example;SharedAccessKeyName=dps;SharedAccessKey=****\"}",
                own.replace("}", ",\"allocationWeight\":1001}"),
                own.replace("}", ",\"authenticationType\":\"SystemAssigned\"}"))) {
            assertThat(call("PUT", SERVICE, hubs(hubs)).statusCode()).as(hubs).isBetween(400, 404);
        }

        assertThat(call("PUT", SERVICE, "{\"properties\":{\"allocationPolicy\":\"Custom\"}}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("GET", SERVICE, "").body()).isEqualTo(before);
    }

    private static String hubs(String hubs) {
        return "{\"properties\":{\"iotHubs\":[" + hubs + "]}}";
    }

    @Test
    void etag_changesWithThePolicies_andAStaleOneIsRefused() {
        String etag = text(json(call("GET", SERVICE, "")), "etag");
        String policies = resource(OWNER + ",{\"keyName\":\"x\",\"rights\":\"EnrollmentRead\"}");

        HttpResponse<String> changed = call("PUT", SERVICE, policies, Map.of("If-Match", etag));

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(text(json(changed), "etag")).isNotEqualTo(etag);
        assertThat(call("PUT", SERVICE, policies, Map.of("If-Match", etag)).statusCode())
                .isEqualTo(412);
    }

    private void put(String policies) {
        HttpResponse<String> answer = call("PUT", SERVICE, resource(policies));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String resource(String policies) {
        return "{\"location\":\"westus\",\"sku\":{\"name\":\"S1\",\"capacity\":1},"
                + "\"properties\":{\"authorizationPolicies\":[" + policies + "]}}";
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return call(method, path, body, Map.of());
    }

    private HttpResponse<String> call(String method, String path, String body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Authorization", "Bearer " + RunningFrontEnd.ADMINISTRATOR_TOKEN);
        return client.send(method, server.url(path), body, all);
    }

    private static Map<String, Object> properties(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return Json.parseObject(Json.print(Objects.requireNonNull(json(response).get("properties"))));
    }
}
