package dev.muster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.hub.Event;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Muster's own API, for the bearer of the administrator's token. */
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
}
