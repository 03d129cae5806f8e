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

/** Twins as the service SDKs read and write them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinApiIT {
    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void twin_ofANewDevice_hasEverySection() {
        create("dev1");

        HttpResponse<String> twin = call("GET", "/twins/dev1", "", Map.of());

        assertThat(twin.statusCode()).isEqualTo(200);
        assertThat(twin.headers().firstValue("ETag")).contains("\"AAAAAAAAAAE=\"");
        assertThat(json(twin))
                .containsEntry("deviceId", "dev1")
                .containsEntry("etag", "AAAAAAAAAAE=")
                .containsEntry("version", 1)
                .containsEntry("status", "enabled")
                .containsEntry("authenticationType", "sas")
                .containsEntry("tags", Map.of())
                .containsKeys("deviceEtag", "statusUpdateTime", "x509Thumbprint", "capabilities", "lastActivityTime");
        assertThat(twin.body())
                .contains("\"desired\":{\"$metadata\":{\"$lastUpdated\":\"")
                .contains("\"reported\":{\"$metadata\":{\"$lastUpdated\":\"");
    }

    /** Java sends PATCH as POST, and a whole twin with nulls for what it does not touch (reference 5.1, 5.3). */
    @Test
    void patch_ofTheJavaSdk_isMerged() {
        create("dev2");
        call("PATCH", "/twins/dev2", "{\"tags\":{\"a\":1,\"b\":2}}", Map.of());

        String whole =
                "{\"deviceId\":\"dev2\",\"etag\":null,\"version\":null,\"status\":null,\"tags\":{\"b\":null,\"c\":3},"
                        + "\"properties\":{\"desired\":{\"fan\":{\"speed\":1},\"$version\":9,\"$metadata\":{\"$lastUpdated\":\"x\"}},"
                        + "\"reported\":null},\"capabilities\":null}";
        HttpResponse<String> patched = call("POST", "/twins/dev2", whole, Map.of("X-HTTP-Method-Override", "PATCH"));

        assertThat(patched.statusCode()).isEqualTo(200);
        assertThat(json(patched)).containsEntry("tags", Map.of("a", 1, "c", 3)).containsEntry("version", 3);
        assertThat(patched.body()).contains("\"desired\":{\"fan\":{\"speed\":1},\"$metadata\"");
    }

    @Test
    void put_replacesTagsAndDesiredProperties() {
        create("dev3");
        call("PATCH", "/twins/dev3", "{\"tags\":{\"a\":1},\"properties\":{\"desired\":{\"x\":1}}}", Map.of());

        HttpResponse<String> replaced =
                call("PUT", "/twins/dev3", "{\"properties\":{\"desired\":{\"y\":2}}}", Map.of("If-Match", "\"*\""));

        assertThat(json(replaced)).containsEntry("tags", Map.of());
        assertThat(replaced.body()).contains("\"desired\":{\"y\":2,").doesNotContain("\"x\":");
    }

    @Test
    void staleEtag_isRefusedHoweverItIsQuoted() {
        create("dev4");
        String etag = text(json(call("GET", "/twins/dev4", "", Map.of())), "etag");
        assertThat(call("PATCH", "/twins/dev4", "{\"tags\":{\"a\":1}}", Map.of("If-Match", etag))
                        .statusCode())
                .isEqualTo(200);

        HttpResponse<String> stale =
                call("PATCH", "/twins/dev4", "{\"tags\":{\"a\":2}}", Map.of("If-Match", '"' + etag + '"'));

        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(stale.headers().firstValue("iothub-errorcode")).contains("PreconditionFailed");
        assertThat(json(call("GET", "/twins/dev4", "", Map.of()))).containsEntry("tags", Map.of("a", 1));
    }

    @Test
    void whatIsNoTwin_isRefused() {
        create("dev5");
        assertThat(call("GET", "/twins/nobody", "", Map.of()).statusCode()).isEqualTo(404);
        assertThat(call("PATCH", "/twins/nobody", "{}", Map.of()).statusCode()).isEqualTo(404);
        assertThat(call("PATCH", "/twins/dev5", "{\"tags\":{\"a b\":1}}", Map.of())
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("PATCH", "/twins/dev5", "{\"tags\":7}", Map.of()).statusCode())
                .isEqualTo(400);
        String large = "{\"tags\":{\"a\":\"" + "x".repeat(4000) + "\",\"b\":\"" + "x".repeat(4000) + "\",\"c\":\""
                + "x".repeat(4000) + "\"}}";
        assertThat(call("PATCH", "/twins/dev5", large, Map.of()).statusCode()).isEqualTo(413);
    }

    @Test
    void twin_isForThoseWhoMayConnectToTheService() {
        create("dev6");

        assertThat(client.send("GET", server.url("/twins/dev6"), "", Map.of()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void query_findsDevicesByTheirTwins() {
        List.of("q1", "q2", "q3").forEach(this::create);
        call("PATCH", "/twins/q2", "{\"tags\":{\"line\":7}}", Map.of());
        call("PATCH", "/twins/q3", "{\"tags\":{\"line\":8}}", Map.of());

        HttpResponse<String> whole = query("SELECT * FROM devices WHERE tags.line >= 8", Map.of());
        HttpResponse<String> parts = query("SELECT deviceId, tags.line AS line WHERE IS_DEFINED(tags.line)", Map.of());
        HttpResponse<String> counted = query(
                "SELECT COUNT() AS n, MAX(tags.line) AS most FROM devices WHERE deviceId IN ['q1','q2']", Map.of());

        assertThat(whole.headers().firstValue("x-ms-item-type")).contains("Twin");
        assertThat(whole.body())
                .startsWith("[{\"deviceId\":\"q3\"")
                .contains("\"$metadata\"")
                .doesNotContain("q2");
        assertThat(parts.headers().firstValue("x-ms-item-type")).contains("raw");
        assertThat(parts.body()).isEqualTo("[{\"deviceId\":\"q2\",\"line\":7},{\"deviceId\":\"q3\",\"line\":8}]");
        assertThat(counted.body()).isEqualTo("[{\"n\":2,\"most\":7}]");
        assertThat(query("SELECT * FROM devices.modules", Map.of()).statusCode())
                .isEqualTo(400);
    }

    @Test
    void query_comesInPages() {
        for (int i = 0; i < 5; i++) {
            create("p" + i);
        }
        String query = "SELECT TOP 4 deviceId FROM devices WHERE deviceId >= 'p' AND deviceId < 'p4'";

        HttpResponse<String> page = query(query, Map.of("x-ms-max-item-count", "3"));
        StringBuilder all = new StringBuilder(page.body());
        while (page.headers().firstValue("x-ms-continuation").isPresent()) {
            page = query(
                    query,
                    Map.of(
                            "x-ms-max-item-count",
                            "3",
                            "x-ms-continuation",
                            page.headers().firstValue("x-ms-continuation").get()));
            all.append(page.body());
        }

        assertThat(all.toString().replaceAll("[^0-9]+", "")).isEqualTo("0123");
    }

    private HttpResponse<String> query(String query, Map<String, String> headers) {
        return call("POST", "/devices/query", "{\"query\":\"" + query + "\"}", headers);
    }

    private void create(String deviceId) {
        assertThat(call("PUT", "/devices/" + deviceId, "{\"deviceId\":\"" + deviceId + "\"}", Map.of())
                        .statusCode())
                .isEqualTo(200);
    }

    private HttpResponse<String> call(String method, String path, String body, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.HUB_OWNER, "localhost"));
        headers.putAll(more);
        return client.send(method, server.url(path), body, headers);
    }
}
