package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A hub's identity registry as the service SDKs use it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HubRegistryApiIT {
    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void device_livesItsLife() {
        // Node asks for keys to be made with empty ones; Java writes its enums with capitals.
        String draft = "{\"deviceId\":\"dev1\",\"status\":\"Enabled\",\"connectionState\":\"Disconnected\","
                + "\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}}";
        HttpResponse<String> created = call("PUT", "/devices/dev1", draft, "");
        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(json(created))
                .containsEntry("status", "enabled")
                .containsEntry("connectionState", "Disconnected")
                .containsKeys("generationId", "etag", "lastActivityTime", "capabilities");
        assertThat(created.body()).contains("\"x509Thumbprint\":{\"primaryThumbprint\":null");

        assertThat(call("PUT", "/devices/dev1", draft, ""))
                .satisfies(conflict -> assertThat(conflict.statusCode()).isEqualTo(409))
                .satisfies(conflict -> assertThat(conflict.headers().firstValue("iothub-errorcode"))
                        .contains("DeviceAlreadyExists"))
                .satisfies(conflict ->
                        assertThat(text(json(conflict), "Message")).startsWith("ErrorCode:DeviceAlreadyExists;"));

        HttpResponse<String> updated = call("PUT", "/devices/dev1", draft.replace("Enabled", "disabled"), "\"*\"");
        assertThat(json(updated))
                .containsEntry("status", "disabled")
                .containsEntry("authentication", json(created).get("authentication"));
        assertThat(call("PUT", "/devices/dev1", draft, text(json(created), "etag"))
                        .statusCode())
                .isEqualTo(412);
        assertThat(call("GET", "/devices/?top=5", "", "").body()).startsWith("[{\"deviceId\":\"dev1\"");
        assertThat(call("DELETE", "/devices/dev1", "", "\"" + json(updated).get("etag") + "\"")
                        .statusCode())
                .isEqualTo(204);
        assertThat(call("GET", "/devices/dev1", "", "").headers().firstValue("iothub-errorcode"))
                .contains("DeviceNotFound");
    }

    @Test
    void badKey_isRefused() {
        String draft = "{\"authentication\":{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"1\"}}}";

        assertThat(call("PUT", "/devices/bad", draft, "").statusCode()).isEqualTo(400);
    }

    @Test
    void keyOfTheProvisioningService_isNoGoodHere() {
        assertThat(client.send(
                                "GET",
                                server.url("/devices"),
                                "",
                                RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"))
                        .statusCode())
                .isEqualTo(401);
    }

    private HttpResponse<String> call(String method, String path, String body, String ifMatch) {
        Map<String, String> headers = new HashMap<>(RunningFrontEnd.signed(RunningFrontEnd.HUB_OWNER, "localhost"));
        if (!ifMatch.isEmpty()) {
            headers.put("If-Match", ifMatch);
        }
        return client.send(method, server.url(path), body, headers);
    }
}
