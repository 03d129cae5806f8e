package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * A hub's registry, twins and queries as each service client writes its requests, and what each reads of the answers
 * (the reference's page on the hub, 5.1 to 5.3, 5.5, 5.6 and 8).
 */
class RawHubRegistryIT {
    private static TestServer server;
    private static ServiceClient.Policy owner;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        owner = ServiceClient.Policy.of(server.controlPlane().hubConnectionString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void device_livesItsLife(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "life-" + name(client);
            String path = "/devices/" + id;

            Answer created = send(client, peer, "PUT", path, "", HubRequests.device(client, id, "enabled"));
            assertThat(created.status()).as(created.body()).isEqualTo(200);
            assertIdentity(created.json());
            String key = primaryKey(created.json());
            assertThat(key).isNotEmpty();
            String etag = created.json().get("etag").asString();

            Answer again = send(client, peer, "PUT", path, "", HubRequests.device(client, id, "enabled"));
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.json().get("Message").asString()).startsWith("ErrorCode:DeviceAlreadyExists;");

            Answer updated = send(client, peer, "PUT", path, any(client), HubRequests.device(client, id, "disabled"));
            assertThat(updated.status()).isEqualTo(200);
            assertThat(updated.json().get("status").asString()).isEqualTo("disabled");
            if (client != ServiceClient.JAVA) {
                assertThat(primaryKey(updated.json())).isEqualTo(key);
            }

            Answer stale = send(client, peer, "DELETE", path, "If-Match: " + quoted(client, etag), "");
            assertThat(stale.status()).isEqualTo(412);
            assertThat(stale.header("iothub-errorcode")).isEqualTo("PreconditionFailed");
            String newest = updated.json().get("etag").asString();
            assertThat(send(client, peer, "DELETE", path, "If-Match: " + quoted(client, newest), "")
                            .status())
                    .isEqualTo(204);
            Answer gone = send(client, peer, "GET", path, "", "");
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.header("iothub-errorcode")).isEqualTo("DeviceNotFound");
            assertThat(gone.json().get("Message").asString()).startsWith("ErrorCode:DeviceNotFound;");
        }
    }

    /** Slashes before the query by Node, C, C# and Java; Node counts on the hub's own number. */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void devices_areListed(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "listed-" + name(client);
            send(client, peer, "PUT", "/devices/" + id, "", HubRequests.device(client, id, "enabled"));

            Answer listed = send(
                    client,
                    peer,
                    "GET",
                    switch (client) {
                        case NODE -> "/devices/";
                        case C, CSHARP, JAVA -> "/devices/?top=1000";
                        case PYTHON, CLI -> "/devices?top=1000";
                    },
                    "",
                    "");

            assertThat(listed.status()).isEqualTo(200);
            assertThat(listed.header("content-type")).contains("application/json");
            JsonNode mine = StreamSupport.stream(listed.json().spliterator(), false)
                    .filter(device -> device.get("deviceId").asString().equals(id))
                    .findFirst()
                    .orElseThrow();
            assertIdentity(mine);
            assertThat(send(client, peer, "GET", "/devices/" + id, "", "").json())
                    .isEqualTo(mine);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ServiceClient.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"C", "CLI"})
    void bulk_addsUpdatesAndRemoves(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = client == ServiceClient.CSHARP || client == ServiceClient.JAVA ? "/devices/" : "/devices";
            String id = "bulk-" + name(client);

            Answer added = send(client, peer, "POST", path, "", HubRequests.item(client, id, "create", "enabled"));
            assertThat(added.status()).as(added.body()).isEqualTo(200);
            assertThat(added.json().get("isSuccessful").asBoolean()).isTrue();
            assertThat(added.json().get("errors").isArray()).isTrue();
            assertThat(added.json().get("warnings").isArray()).isTrue();

            Answer again = send(client, peer, "POST", path, "", HubRequests.item(client, id, "create", "enabled"));
            assertThat(again.status()).isEqualTo(400);
            assertThat(again.json().get("isSuccessful").asBoolean()).isFalse();
            assertThat(again.json().at("/errors/0/deviceId").asString()).isEqualTo(id);
            assertThat(again.json().at("/errors/0/errorCode").asString()).isEqualTo("DeviceAlreadyExists");

            assertThat(send(
                                    client,
                                    peer,
                                    "POST",
                                    path,
                                    "",
                                    HubRequests.item(client, id, HubRequests.capital(client, "update"), "disabled"))
                            .status())
                    .isEqualTo(200);
            assertThat(send(client, peer, "GET", "/devices/" + id, "", "")
                            .json()
                            .get("status")
                            .asString())
                    .isEqualTo("disabled");
            assertThat(send(
                                    client,
                                    peer,
                                    "POST",
                                    path,
                                    "",
                                    HubRequests.item(client, id, HubRequests.capital(client, "delete"), "enabled"))
                            .status())
                    .isEqualTo(200);
            assertThat(send(client, peer, "GET", "/devices/" + id, "", "").status())
                    .isEqualTo(404);
        }
    }

    /** The same change as each sends it: whole twins with what is read-only, or patches (reference 5.3). */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void twin_isChanged(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "twin-" + name(client);
            send(client, peer, "PUT", "/devices/" + id, "", HubRequests.device(client, id, "enabled"));
            JsonNode before = send(client, peer, "GET", "/twins/" + id, "", "").json();
            assertThat(before.propertyNames())
                    .contains("deviceId", "etag", "version", "tags", "properties", "status", "capabilities")
                    .doesNotContain("generationId", "connectionStateUpdatedTime");
            String match = switch (client) {
                case NODE -> "If-Match: \"" + before.get("etag").asString() + "\"";
                case PYTHON -> "";
                case CSHARP, C, CLI, JAVA -> any(client);
            };

            Answer patched =
                    patch(client, peer, id, match, HubRequests.twin(client, id, before, "\"line\":7", "\"speed\":1.5"));

            assertThat(patched.status()).as(patched.body()).isEqualTo(200);
            assertThat(patched.json().at("/tags/line").asInt()).isEqualTo(7);
            assertThat(patched.json().at("/properties/desired/speed").asDouble())
                    .isEqualTo(1.5);
            assertThat(patched.json().at("/properties/desired/$version").asInt())
                    .isEqualTo(before.at("/properties/desired/$version").asInt() + 1);
            assertThat(patched.json()
                            .at("/properties/desired/$metadata/speed/$lastUpdatedVersion")
                            .isNumber())
                    .isTrue();
            assertThat(patched.json().at("/properties/reported/$version").isNumber())
                    .isTrue();
            if (!match.isEmpty()) {
                assertThat(patch(client, peer, id, "If-Match: " + quoted(client, "stale"), "{\"tags\":{}}")
                                .status())
                        .isEqualTo(412);
            }
        }
    }

    /** What is not said is gone (reference 5.3); C has no such request. */
    @ParameterizedTest
    @EnumSource(value = ServiceClient.class, mode = EnumSource.Mode.EXCLUDE, names = "C")
    void twin_isReplaced(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "replaced-" + name(client);
            send(client, peer, "PUT", "/devices/" + id, "", HubRequests.device(client, id, "enabled"));
            JsonNode before = patch(
                            client, peer, id, "", "{\"tags\":{\"old\":1},\"properties\":{\"desired\":{\"old\":1}}}")
                    .json();

            Answer replaced = send(
                    client,
                    peer,
                    "PUT",
                    "/twins/" + id,
                    any(client),
                    HubRequests.twin(client, id, before, "\"line\":8", "\"speed\":2"));

            assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
            assertThat(replaced.json().get("tags").toString()).isEqualTo("{\"line\":8}");
            assertThat(replaced.json().at("/properties/desired").has("old")).isFalse();
            assertThat(replaced.json().at("/properties/desired/speed").asInt()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void statistics_haveTheNamesThatEachReads(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            Answer devices = send(client, peer, "GET", "/statistics/devices", "", "");
            Answer service = send(client, peer, "GET", "/statistics/service", "", "");

            assertThat(devices.json().propertyNames())
                    .contains("totalDeviceCount", "enabledDeviceCount", "enableDeviceCount", "disabledDeviceCount");
            assertThat(service.json().get("connectedDeviceCount").isNumber()).isTrue();
        }
    }

    /** Pages by headers, of which the last carries no continuation (reference 5.5); C asks no queries. */
    @ParameterizedTest
    @EnumSource(value = ServiceClient.class, mode = EnumSource.Mode.EXCLUDE, names = "C")
    void query_goesOnWhereItEnded(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            List<String> ids = List.of("q-" + name(client) + "-1", "q-" + name(client) + "-2");
            for (String id : ids) {
                send(client, peer, "PUT", "/devices/" + id, "", HubRequests.device(client, id, "enabled"));
            }
            String query = "{\"query\": \"SELECT * FROM devices WHERE deviceId IN ['%s','%s']\"}"
                    .formatted(ids.getFirst(), ids.getLast());

            Answer first = send(client, peer, "POST", "/devices/query", "x-ms-max-item-count: 1", query);
            Answer last = send(
                    client,
                    peer,
                    "POST",
                    "/devices/query",
                    "x-ms-continuation: " + first.header("x-ms-continuation") + "\nx-ms-max-item-count: 1",
                    query);

            assertThat(first.header("x-ms-item-type")).isEqualTo("Twin");
            assertThat(first.json().at("/0/deviceId").asString()).isEqualTo(ids.getFirst());
            assertThat(last.json().at("/0/deviceId").asString()).isEqualTo(ids.getLast());
            assertThat(last.headers()).doesNotContainKey("x-ms-continuation");
        }
    }

    /** The queries that clients build by themselves (reference 5.5). */
    @Test
    void queries_ofEveryClientAreUnderstood() throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "asked-for";
            send(
                    ServiceClient.CLI,
                    peer,
                    "PUT",
                    "/devices/" + id,
                    "",
                    HubRequests.device(ServiceClient.CLI, id, "enabled"));
            patch(ServiceClient.CLI, peer, id, "", "{\"properties\":{\"desired\":{\"asked\":\"so\"}}}");

            for (String query : List.of(
                    "SELECT * FROM devices",
                    "select * from devices where capabilities.iotEdge=false",
                    "SELECT * FROM devices WHERE deviceId IN ['asked-for']",
                    "SELECT properties.desired.asked AS k, COUNT() AS numberOfDevices FROM devices GROUP BY"
                            + " properties.desired.asked",
                    "SELECT TOP 5 deviceId, tags FROM devices WHERE status = 'enabled' and is_defined(deviceId)")) {
                Answer answer = send(
                        ServiceClient.NODE,
                        peer,
                        "POST",
                        "/devices/query",
                        "",
                        "{\"query\":\"" + query.replace("\"", "\\\"") + "\"}");
                assertThat(answer.status()).as(query).isEqualTo(200);
                assertThat(answer.json().isEmpty()).as(query).isFalse();
            }
            Answer grouped = send(
                    ServiceClient.PYTHON,
                    peer,
                    "POST",
                    "/devices/query",
                    "",
                    "{\"query\": \"SELECT COUNT() AS n FROM devices\"}");
            assertThat(grouped.header("x-ms-item-type")).isEqualTo("raw");
            Answer wrong =
                    send(ServiceClient.CSHARP, peer, "POST", "/devices/query", "", "{\"query\":\"SELECT FROM\"}");
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.header("iothub-errorcode")).isEqualTo("ArgumentInvalid");
            assertThat(wrong.json().get("Message").asString()).startsWith("ErrorCode:ArgumentInvalid;");
        }
    }

    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void stranger_isToldWhoMayAsk(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            Answer refused = client.hub(
                    peer, new ServiceClient.Policy("iothubowner", "bm90IHRoaXMga2V5IQ=="), "GET", "/devices/x", "", "");

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("iothub-errorcode")).isEqualTo("IotHubUnauthorizedAccess");
            assertThat(refused.json().get("Message").asString()).startsWith("ErrorCode:IotHubUnauthorizedAccess;");
        }
    }

    /** Java wants every section of an identity, C reads texts where it knows of some (reference 5.2). */
    private static void assertIdentity(JsonNode device) {
        assertThat(device.propertyNames())
                .contains(
                        "deviceId",
                        "generationId",
                        "etag",
                        "connectionState",
                        "status",
                        "statusReason",
                        "connectionStateUpdatedTime",
                        "statusUpdatedTime",
                        "lastActivityTime",
                        "cloudToDeviceMessageCount",
                        "capabilities");
        assertThat(device.get("authentication").propertyNames()).contains("type", "symmetricKey", "x509Thumbprint");
        assertThat(device.get("etag").asString()).doesNotContain("\"");
        assertThat(device.get("statusUpdatedTime").asString()).endsWith("Z");
    }

    private static String primaryKey(JsonNode device) {
        return device.at("/authentication/symmetricKey/primaryKey").asString();
    }

    /** Java's HTTP library has no PATCH (reference 5.1). */
    private static Answer patch(ServiceClient client, HttpPeer peer, String id, String match, String body)
            throws Exception {
        String more = client == ServiceClient.JAVA ? "X-HTTP-Method-Override: PATCH\n" + match : match;
        return send(client, peer, client == ServiceClient.JAVA ? "POST" : "PATCH", "/twins/" + id, more.strip(), body);
    }

    /** How each says that any version will do (reference 5.2). */
    private static String any(ServiceClient client) {
        return "If-Match: " + quoted(client, "*");
    }

    private static String quoted(ServiceClient client, String etag) {
        return switch (client) {
            case JAVA, C -> etag;
            case NODE, CSHARP, PYTHON, CLI -> '"' + etag + '"';
        };
    }

    private static String name(ServiceClient client) {
        return client.name().toLowerCase(Locale.ROOT);
    }

    private static Answer send(
            ServiceClient client, HttpPeer peer, String method, String path, String more, String body)
            throws Exception {
        return client.hub(peer, owner, method, path, more, body);
    }

    private static HttpPeer connect() throws Exception {
        return HttpPeer.connect(server, TestPki.selfSigned("service-client"));
    }
}
