package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.pki.Pem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service API as clients other than Java's write their requests (reference 1.2, 2.3 to 2.7). */
class RawServiceApiIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String KEYS =
            "{\"type\":\"symmetricKey\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}";
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

    /** What clients send for "all of them", and for some (reference 4). */
    @Test
    void queries_ofEveryClientAreUnderstood() throws Exception {
        try (HttpPeer peer = connect()) {
            send(ServiceClient.CLI, peer, "PUT", "/enrollments/asked-for", "", enrollment("asked-for", KEYS));
            for (String query : List.of(
                    "*",
                    "SELECT *",
                    "SELECT * FROM enrollments",
                    "select * from enrollments where registrationId=`asked-for`",
                    "SELECT * FROM enrollments WHERE registrationId IN ['asked-for','other']",
                    "select * from enrollments where attestation.type = 'symmetricKey' and registrationId >= \"a\"")) {
                for (ServiceClient client : ServiceClient.values()) {
                    Answer answer = send(
                            client,
                            peer,
                            "POST",
                            "/enrollments/query",
                            "",
                            JSON.writeValueAsString(Map.of("query", query)));
                    assertThat(answer.header("x-ms-item-type")).as(query).isEqualTo("Enrollment");
                    assertThat(answer.body()).as(query).contains("\"registrationId\":\"asked-for\"");
                }
            }
        }
    }

    /** As in a single GET; the Java SDK reads it, and a fleet's owner asks for those that are not assigned. */
    @Test
    void registrationState_isThereInEveryView() throws Exception {
        TestPki.Device device = TestPki.selfSigned("seen");
        try (HttpPeer peer = connect();
                HttpPeer registering = HttpPeer.connect(server, device)) {
            String pem = Pem.write(device.chain().getFirst());
            String attestation = JSON.writeValueAsString(Map.of(
                    "type",
                    "x509",
                    "x509",
                    Map.of("clientCertificates", Map.of("primary", Map.of("certificate", pem)))));
            send(ServiceClient.JAVA, peer, "PUT", "/enrollments/seen", "", enrollment("seen", attestation));
            send(ServiceClient.JAVA, peer, "PUT", "/enrollments/unseen", "", enrollment("unseen", KEYS));
            registering.request(
                    "PUT",
                    "/" + server.idScope() + "/registrations/seen/register?api-version=2021-06-01",
                    "Content-Type: application/json",
                    "{\"registrationId\":\"seen\"}");

            JsonNode single = send(ServiceClient.JAVA, peer, "GET", "/enrollments/seen", "", "")
                    .json();
            JsonNode state = single.get("registrationState");
            assertThat(state.get("status").asString()).isEqualTo("assigned");
            for (String query : List.of(
                    "SELECT * WHERE registrationId = 'seen'",
                    "SELECT * WHERE registrationId >= 'see' AND registrationId < 'seeo'",
                    "SELECT * WHERE registrationState.status = 'assigned'")) {
                JsonNode found = send(
                                ServiceClient.JAVA,
                                peer,
                                "POST",
                                "/enrollments/query",
                                "",
                                "{\"query\":\"" + query + "\"}")
                        .json();
                assertThat(found).as(query).hasSize(1);
                assertThat(found.get(0).get("registrationState")).as(query).isEqualTo(state);
            }
            Answer written =
                    send(ServiceClient.JAVA, peer, "PUT", "/enrollments/seen", "If-Match: *", single.toString());
            assertThat(written.json().get("registrationState")).isEqualTo(state);
            assertThat(send(ServiceClient.JAVA, peer, "GET", "/enrollments/unseen", "", "")
                            .json()
                            .has("registrationState"))
                    .isFalse();
        }
    }

    private static String enrollment(String id, String attestation) {
        return "{\"registrationId\":\"" + id + "\",\"attestation\":" + attestation + "}";
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
