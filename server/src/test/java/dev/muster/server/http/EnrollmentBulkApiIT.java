package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static dev.muster.server.http.TestClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bulk operations as the service SDKs send them: Node and C with a slash at the end of the path. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnrollmentBulkApiIT {
    private static final String KEYS = "\"attestation\":{\"type\":\"symmetricKey\"}";

    private final RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(null);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void individuals_liveTheirLivesTogether() {
        assertThat(bulk("/enrollments/", "create", individual("a", ""), individual("b", ""))
                        .body())
                .isEqualTo("{\"isSuccessful\":true,\"errors\":[]}");
        String etag = etag("/enrollments/a");

        assertThat(bulk("/enrollments/", "Update", individual("a", "\"provisioningStatus\":\"disabled\","))
                        .body())
                .contains("true");
        assertThat(json(call("GET", "/enrollments/a", ""))).containsEntry("provisioningStatus", "disabled");

        HttpResponse<String> stale = bulk(
                "/enrollments",
                "updateIfMatchEtag",
                individual("a", "\"etag\":" + quoted(etag) + ","),
                individual("b", "\"etag\":" + quoted(etag("/enrollments/b")) + ","));
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(json(stale)).containsEntry("isSuccessful", false);
        assertThat(stale.body())
                .contains("\"registrationId\":\"a\",\"errorCode\":412")
                .doesNotContain("\"b\"");

        assertThat(bulk("/enrollments", "delete", "{\"registrationId\":\"A\"}", "{\"registrationId\":\"b\"}")
                        .body())
                .isEqualTo("{\"isSuccessful\":true,\"errors\":[]}");
        assertThat(call("GET", "/enrollments/a", "").statusCode()).isEqualTo(404);
    }

    @Test
    void item_thatIsWrong_failsAlone() {
        HttpResponse<String> answer = bulk(
                "/enrollments",
                "create",
                individual("good", ""),
                individual("bad id", ""),
                "{\"registrationId\":\"bare\"}",
                "{" + KEYS + "}",
                individual("good", ""));

        assertThat(json(answer).get("errors"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .extracting(error -> error.get("registrationId") + " " + error.get("errorCode"))
                .containsExactly("bad id 400004", "bare 400004", " 400004", "good 409201");
        assertThat(call("GET", "/enrollments/good", "").statusCode()).isEqualTo(200);
        assertThat(bulk("/enrollments", "update", individual("nobody", "")).body())
                .contains("\"errorCode\":404201");
        assertThat(bulk("/enrollments", "delete", "{\"registrationId\":\"nobody\"}")
                        .body())
                .contains("\"errorCode\":404201");
        assertThat(bulk("/enrollments", "updateIfMatchETag", individual("good", ""))
                        .body())
                .contains("\"errorCode\":400004");
    }

    @Test
    void groups_areNamedAsGroups() {
        String group = "{\"enrollmentGroupId\":\"line-1\"," + KEYS + "}";

        assertThat(bulk("/enrollmentgroups", "create", group).body()).contains("true");
        assertThat(bulk("/enrollmentGroups/", "create", group).body())
                .contains("\"enrollmentGroupId\":\"line-1\",\"errorCode\":409201");
        assertThat(bulk("/enrollmentGroups", "update", group).body()).contains("true");
        assertThat(bulk("/enrollmentGroups", "delete", group).body()).contains("true");
    }

    @Test
    void operation_thatIsNone_isRefusedAsAWhole() {
        for (String body : List.of(
                "{}",
                "{\"mode\":\"create\",\"enrollments\":[]}",
                "{\"mode\":\"upsert\",\"enrollments\":[{}]}",
                "{\"mode\":\"create\",\"enrollments\":[7]}",
                "{\"mode\":\"create\",\"enrollments\":[{},{},{},{},{},{},{},{},{},{},{}]}")) {
            assertThat(call("POST", "/enrollments", body).statusCode()).as(body).isEqualTo(400);
        }
    }

    private HttpResponse<String> bulk(String path, String mode, String... items) {
        String member = path.toLowerCase(Locale.ROOT).contains("groups") ? "enrollmentGroups" : "enrollments";
        return call("POST", path, "{\"mode\":\"" + mode + "\",\"" + member + "\":[" + String.join(",", items) + "]}");
    }

    private String etag(String path) {
        return text(json(call("GET", path, "")), "etag");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private static String individual(String id, String more) {
        return "{\"registrationId\":\"" + id + "\"," + more + KEYS + "}";
    }

    private HttpResponse<String> call(String method, String path, String body) {
        return client.send(
                method,
                server.url(path + "?api-version=2021-10-01"),
                body,
                RunningFrontEnd.signed(RunningFrontEnd.SERVICE_OWNER, "localhost"));
    }
}
