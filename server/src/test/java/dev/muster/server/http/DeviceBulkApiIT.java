package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bulk operations on devices, and what a hub counts. Java and C# end the path with a slash. */
class DeviceBulkApiIT {
    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void devices_areCreatedWithTheirTwins() {
        HttpResponse<String> created = bulk(
                "{\"id\":\"a\",\"importMode\":\"create\",\"status\":\"disabled\",\"tags\":{\"x\":1},"
                        + "\"properties\":{\"desired\":{\"d\":2,\"$version\":9},\"reported\":{\"r\":3,\"$metadata\":{}}}}"
                        + ",{\"id\":\"b\",\"importMode\":\"Create\",\"authentication\":{\"type\":\"sas\",\"symmetricKey\":null}}");

        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(created.body()).isEqualTo("{\"isSuccessful\":true,\"errors\":[],\"warnings\":[]}");
        assertThat(json(call("GET", "/devices/a", ""))).containsEntry("status", "disabled");
        assertThat(call("GET", "/twins/a", "").body()).contains("\"x\":1", "\"d\":2", "\"r\":3");
        assertThat(json(call("GET", "/twins/b", ""))).containsEntry("tags", Map.of());
    }

    @Test
    void everyMode_doesWhatItSays() {
        bulk("{\"id\":\"a\",\"importMode\":\"createOrUpdate\"},{\"id\":\"b\"}");
        String etag = text(json(call("GET", "/devices/a", "")), "etag");

        assertThat(bulk("{\"id\":\"a\",\"importMode\":\"updateIfMatchETag\",\"eTag\":\"" + etag
                                + "\",\"status\":\"Disabled\"}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> failed =
                bulk("{\"id\":\"a\",\"importMode\":\"deleteIfMatchETag\",\"eTag\":\"" + etag + "\"}"
                        + ",{\"id\":\"a\",\"importMode\":\"createOrUpdateIfMatchETag\",\"eTag\":\"" + etag + "\"}"
                        + ",{\"id\":\"a\",\"importMode\":\"create\"}"
                        + ",{\"id\":\"c\",\"importMode\":\"update\"}"
                        + ",{\"id\":\"c\",\"importMode\":\"updateTwin\",\"tags\":{}}"
                        + ",{\"id\":\"b\",\"importMode\":\"updateTwin\",\"tags\":{\"x\":1}}"
                        + ",{\"id\":\"b\",\"importMode\":\"updateTwinIfMatchETag\",\"twinETag\":\"stale\",\"tags\":{\"x\":2}}"
                        + ",{\"id\":\"d\",\"importMode\":\"create\",\"tags\":{\"a b\":1}}"
                        + ",{\"id\":\"e\",\"importMode\":\"sometimes\"},{\"importMode\":\"create\"}"
                        + ",{\"id\":\"b\",\"moduleId\":\"m\",\"importMode\":\"create\"}");

        assertThat(failed.statusCode()).isEqualTo(400);
        assertThat(failed.headers().firstValue("iothub-errorcode")).contains("BulkRegistryOperationFailure");
        assertThat(json(failed).get("errors"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .extracting(error -> String.valueOf(error.get("errorCode")))
                .containsExactly(
                        "PreconditionFailed",
                        "PreconditionFailed",
                        "DeviceAlreadyExists",
                        "DeviceNotFound",
                        "DeviceNotFound",
                        "PreconditionFailed",
                        "ArgumentInvalid",
                        "ArgumentInvalid",
                        "ArgumentInvalid",
                        "ArgumentInvalid");
        assertThat(call("GET", "/devices/d", "").statusCode()).isEqualTo(404);
        assertThat(json(call("GET", "/twins/b", ""))).containsEntry("tags", Map.of("x", 1));
        assertThat(
                        bulk("{\"id\":\"a\",\"importMode\":\"Delete\"},{\"id\":\"b\",\"importMode\":\"deleteIfMatchETag\",\"eTag\":\"*\"}")
                                .statusCode())
                .isEqualTo(200);
        assertThat(call("GET", "/devices", "").body()).isEqualTo("[]");
    }

    @Test
    void bulk_thatIsTooLargeOrNone_isRefused() {
        assertThat(call("POST", "/devices", "{}").statusCode()).isEqualTo(400);
        assertThat(bulk("").statusCode()).isEqualTo(400);
        assertThat(bulk("7").statusCode()).isEqualTo(400);
        assertThat(bulk("{\"id\":\"a\"}" + ",{\"id\":\"a\"}".repeat(100)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void statistics_countDevices() {
        bulk("{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\",\"status\":\"disabled\"}");

        assertThat(json(call("GET", "/statistics/devices", "")))
                .containsEntry("totalDeviceCount", 3)
                .containsEntry("enabledDeviceCount", 2)
                .containsEntry("enableDeviceCount", 2)
                .containsEntry("disabledDeviceCount", 1);
        assertThat(json(call("GET", "/statistics/service", ""))).containsEntry("connectedDeviceCount", 0);
    }

    @Test
    void list_goesOnWhereItEnded() {
        bulk("{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"c\"}");

        HttpResponse<String> first = call("GET", "/devices?top=2", "");
        Map<String, String> headers = new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.HUB_OWNER, "localhost"));
        headers.put(
                "x-ms-continuation",
                first.headers().firstValue("x-ms-continuation").orElseThrow());
        HttpResponse<String> second = client.send("GET", server.url("/devices?top=2"), "", headers);

        assertThat(first.body()).contains("\"deviceId\":\"b\"").doesNotContain("\"deviceId\":\"c\"");
        assertThat(second.body()).contains("\"deviceId\":\"c\"").doesNotContain("\"deviceId\":\"b\"");
        assertThat(second.headers().firstValue("x-ms-continuation")).isEmpty();
    }

    private HttpResponse<String> bulk(String items) {
        return call("POST", "/devices/", "[" + items + "]");
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return client.send(
                method, server.url(path), body, RunningFrontEnd.signed(RunningFrontEnd.HUB_OWNER, "localhost"));
    }
}
