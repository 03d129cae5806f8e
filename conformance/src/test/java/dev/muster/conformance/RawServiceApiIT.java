package dev.muster.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.HttpPeer.Answer;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service API as clients other than Java's write their requests (reference 1.2, 2.3 to 2.7). */
class RawServiceApiIT {
    private static final String KEYED = "\"attestation\":{\"type\":\"symmetricKey\"}";

    private static TestServer server;
    private static ServiceClient.Policy policy;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        policy = ServiceClient.Policy.of(server.controlPlane().provisioningConnectionString());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void enrollment_livesItsLife(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = "/enrollments/raw-" + client.name().toLowerCase(Locale.ROOT);
            String body = "{\"registrationId\":\"" + path.substring(13) + "\",\"etag\":null," + KEYED + "}";

            Answer created = send(client, peer, "PUT", path, "", body);
            assertThat(created.status()).isEqualTo(200);
            assertThat(created.header("content-type")).contains("application/json");
            String etag = created.json().get("etag").asString();
            assertThat(etag).matches("\".+\"");
            assertThat(created.json().get("createdDateTimeUtc").asString()).matches(".*\\.\\d{7}Z");
            assertThat(created.body()).doesNotContain("null");

            assertThat(send(client, peer, "PUT", path, "", body).status()).isEqualTo(409);
            assertThat(send(client, peer, "PUT", path, "If-Match: " + etag, body)
                            .status())
                    .isEqualTo(200);
            Answer stale = send(client, peer, "PUT", path, "If-Match: " + etag.replace("\"", ""), body);
            assertThat(stale.status()).isEqualTo(412);
            assertThat(stale.header("x-ms-error-code")).startsWith("412");
            assertThat(send(
                                    client,
                                    peer,
                                    "PUT",
                                    path,
                                    "If-Match: " + (client == ServiceClient.CLI ? "*" : "\"*\""),
                                    body)
                            .status())
                    .isEqualTo(200);
            assertThat(send(client, peer, "DELETE", path, "if-match: *", "").status())
                    .isEqualTo(204);
            assertThat(send(client, peer, "GET", path, "", "")
                            .json()
                            .get("errorCode")
                            .asInt())
                    .isEqualTo(404201);
        }
    }

    /** Node and C post to a path with a slash at its end (reference 2.3). */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void bulk_isTaken(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = client == ServiceClient.NODE || client == ServiceClient.C ? "/enrollments/" : "/enrollments";
            String items = "\"enrollments\":[{\"registrationId\":\"bulk-" + client.name() + "\"," + KEYED + "}]";

            Answer created = send(client, peer, "POST", path, "", "{\"mode\":\"create\"," + items + "}");
            Answer again = send(client, peer, "POST", path, "", "{" + items + ",\"mode\":\"create\"}");
            send(client, peer, "POST", path, "", "{\"mode\":\"delete\"," + items + "}");

            assertThat(created.body()).isEqualTo("{\"isSuccessful\":true,\"errors\":[]}");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().get("isSuccessful").asBoolean()).isFalse();
            assertThat(again.json().get("errors").get(0).get("errorCode").asInt())
                    .isEqualTo(409201);
        }
    }

    /** {@code {}} from Java, no body and no type from the others, all lower case from Node (reference 2.3). */
    @Test
    void attestationMechanism_isAskedForInEveryManner() throws Exception {
        try (HttpPeer peer = connect()) {
            send(
                    ServiceClient.CLI,
                    peer,
                    "PUT",
                    "/enrollmentGroups/Save_Group1",
                    "",
                    "{\"enrollmentGroupId\":\"Save_Group1\"," + KEYED + "}");

            for (Answer answer : new Answer[] {
                send(ServiceClient.NODE, peer, "POST", "/enrollmentgroups/save_group1/attestationmechanism", "", ""),
                send(ServiceClient.JAVA, peer, "POST", "/enrollmentGroups/Save_Group1/attestationmechanism", "", "{}"),
                send(ServiceClient.CLI, peer, "POST", "/enrollmentGroups/Save_Group1/attestationmechanism", "", "")
            }) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().get("symmetricKey").get("primaryKey").asString())
                        .isNotEmpty();
            }
        }
    }

    /** Item types exact for C, no continuation on the last page (reference 2.4). */
    @Test
    void queries_areWrittenInEveryManner() throws Exception {
        try (HttpPeer peer = connect()) {
            for (int i = 0; i < 3; i++) {
                send(
                        ServiceClient.CLI,
                        peer,
                        "PUT",
                        "/enrollmentGroups/paged-" + i,
                        "",
                        "{\"enrollmentGroupId\":\"paged-" + i + "\"," + KEYED + "}");
            }
            Answer first = send(
                    ServiceClient.CLI,
                    peer,
                    "POST",
                    "/enrollmentGroups/query",
                    "x-ms-max-item-count: 2",
                    "{\"query\": \"SELECT * WHERE enrollmentGroupId >= 'paged-'\"}");
            Answer last = send(
                    ServiceClient.CSHARP,
                    peer,
                    "POST",
                    "/enrollmentGroups/query",
                    "x-ms-max-item-count: 2\nx-ms-continuation: " + first.header("x-ms-continuation"),
                    "{\"query\": \"SELECT * WHERE enrollmentGroupId >= 'paged-'\"}");

            assertThat(first.header("x-ms-item-type")).isEqualTo("EnrollmentGroup");
            assertThat(last.json().size()).isBetween(1, 2);
            assertThat(last.headers()).doesNotContainKey("x-ms-continuation");
            assertThat(send(ServiceClient.NODE, peer, "POST", "/enrollments/query", "", "{\"query\":\"*\"}")
                            .header("x-ms-item-type"))
                    .isEqualTo("Enrollment");
            Answer registrations = send(ServiceClient.CLI, peer, "POST", "/registrations/paged-0/query", "", "");
            assertThat(registrations.header("x-ms-item-type")).isEqualTo("DeviceRegistration");
            assertThat(registrations.body()).isEqualTo("[]");
        }
    }

    private static Answer send(
            ServiceClient client, HttpPeer peer, String method, String path, String more, String body)
            throws Exception {
        return client.provisioning(peer, policy, method, path, more, body);
    }

    private static HttpPeer connect() throws Exception {
        return HttpPeer.connect(server, TestPki.selfSigned("service-client"));
    }
}
