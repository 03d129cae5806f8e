package dev.muster.conformance.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
import tools.jackson.databind.node.ObjectNode;

/** Enrollments as each service client writes them and sends them back (reference 2.3, 2.6, 2.7, 3.4 to 3.11 and 4). */
class RawEnrollmentIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String KEYS =
            "{\"type\":\"symmetricKey\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}";

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

    /** All of them get, change a member and put the whole back, with members that are not theirs to write. */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void enrollment_isSentBackAsItWasRead(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String path = "/enrollments/again-" + name(client);
            String keys = client == ServiceClient.CLI ? "{\"type\": \"symmetricKey\"}" : KEYS;
            Answer created = send(client, peer, "PUT", path, "", enrollment(path.substring(13), keys));
            JsonNode key = created.json().at("/attestation/symmetricKey/primaryKey");
            assertThat(Base64.getDecoder().decode(key.asString())).hasSize(64);

            ObjectNode read =
                    (ObjectNode) send(client, peer, "GET", path, "", "").json();
            assertThat(read.get("attestation").toString()).isEqualTo("{\"type\":\"symmetricKey\"}");
            read.put("provisioningStatus", "Disabled");
            read.putObject("additional_properties");
            if (client == ServiceClient.CSHARP) {
                ((ObjectNode) read.get("attestation"))
                        .putObject("symmetricKey")
                        .put("primaryKey", "")
                        .putNull("secondaryKey");
            }
            Answer written = send(
                    client, peer, "PUT", path, "If-Match: " + read.get("etag").asString(), read.toString());

            assertThat(written.status()).as(written.body()).isEqualTo(200);
            assertThat(written.json().get("provisioningStatus").asString()).isEqualTo("disabled");
            assertThat(written.json().at("/attestation/symmetricKey/primaryKey"))
                    .isEqualTo(key);
            assertThat(send(client, peer, "DELETE", path, "", "")).satisfies(gone -> {
                assertThat(gone.status()).isEqualTo(204);
                assertThat(gone.body()).isEmpty();
            });
        }
    }

    /** PEM, PEM in one line, base64 of DER from C#, base64 of PEM from Node and C; information alone when sent back. */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void certificate_isTakenInEachSpellingAndKept(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "pem-" + name(client);
            TestPki.Device device = TestPki.selfSigned(id);
            String pem = Pem.write(device.chain().getFirst());
            String text = switch (client) {
                case NODE, C -> Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
                case CSHARP ->
                    Base64.getEncoder().encodeToString(device.chain().getFirst().der());
                case CLI -> pem.strip();
                case PYTHON, JAVA -> pem;
            };
            String body = enrollment(
                    id,
                    JSON.writeValueAsString(Map.of(
                            "type",
                            "x509",
                            "x509",
                            Map.of("clientCertificates", Map.of("primary", Map.of("certificate", text))))));

            Answer created = send(client, peer, "PUT", "/enrollments/" + id, "", body);
            assertThat(created.status()).as(created.body()).isEqualTo(200);
            JsonNode slot = created.json().at("/attestation/x509/clientCertificates/primary");
            assertThat(slot.has("certificate")).isFalse();
            assertThat(slot.get("info").propertyNames())
                    .containsExactlyInAnyOrder(
                            "subjectName",
                            "sha1Thumbprint",
                            "sha256Thumbprint",
                            "issuerName",
                            "notBeforeUtc",
                            "notAfterUtc",
                            "serialNumber",
                            "version");

            Answer again = send(
                    client,
                    peer,
                    "PUT",
                    "/enrollments/" + id,
                    "If-Match: *",
                    created.json().toString());
            assertThat(again.json().at("/attestation/x509/clientCertificates/primary"))
                    .isEqualTo(slot);
        }
    }

    /** {@code --remove-certificate} of the Azure CLI (reference 3.9). */
    @Test
    void certificate_isTakenOutOfItsSlot() throws Exception {
        try (HttpPeer peer = connect()) {
            TestPki.Device device = TestPki.selfSigned("removed");
            String pem = Pem.write(device.chain().getFirst());
            Map<String, Object> slot = Map.of("certificate", pem);
            ObjectNode read = (ObjectNode) send(
                            ServiceClient.CLI,
                            peer,
                            "PUT",
                            "/enrollments/removed",
                            "",
                            enrollment(
                                    "removed",
                                    JSON.writeValueAsString(Map.of(
                                            "type",
                                            "x509",
                                            "x509",
                                            Map.of("clientCertificates", Map.of("primary", slot, "secondary", slot))))))
                    .json();
            ((ObjectNode) read.at("/attestation/x509/clientCertificates")).putNull("primary");

            Answer written =
                    send(ServiceClient.CLI, peer, "PUT", "/enrollments/removed", "If-Match: *", read.toString());

            assertThat(written.status()).as(written.body()).isEqualTo(200);
            assertThat(written.json().at("/attestation/x509/clientCertificates").has("primary"))
                    .isFalse();
            assertThat(written.json()
                            .at("/attestation/x509/clientCertificates/secondary/info/subjectName")
                            .asString())
                    .contains("removed");
        }
    }

    /** Escaped by Node and C#, raw by Java and C, and compared without regard to case (reference 2.3 and 3.11). */
    @ParameterizedTest
    @EnumSource(ServiceClient.class)
    void id_isFoundHoweverItIsSpelled(ServiceClient client) throws Exception {
        try (HttpPeer peer = connect()) {
            String id = "Line:1_" + name(client);
            String spelled = switch (client) {
                case NODE, CSHARP, CLI, PYTHON -> id.replace(":", "%3A");
                case JAVA, C -> id;
            };

            assertThat(send(client, peer, "PUT", "/enrollments/" + spelled, "", enrollment(id, KEYS))
                            .json()
                            .get("registrationId")
                            .asString())
                    .isEqualTo(id);
            assertThat(send(client, peer, "GET", "/Enrollments/" + spelled.toLowerCase(Locale.ROOT) + "/", "", "")
                            .json()
                            .get("registrationId")
                            .asString())
                    .isEqualTo(id);
        }
    }

    /** What the clients' own tests save, and Azure takes (reference 3.6 and 3.11). */
    @Test
    void allocation_isTakenAsClientsWriteIt() throws Exception {
        try (HttpPeer peer = connect()) {
            for (String members : List.of(
                    "\"allocationPolicy\":\"Hashed\"",
                    "\"allocationPolicy\":\"static\"",
                    "\"allocationPolicy\":\"GeoLatency\",\"iotHubs\":[]",
                    "\"allocationPolicy\":\"hashed\",\"customAllocationDefinition\":{\"webhookUrl\":\"https://h/x\",\"apiVersion\":\"2019-03-31\"}",
                    "\"allocationPolicy\":\"custom\",\"customAllocationDefinition\":{\"webhookUrl\":\"https://h/x\",\"apiVersion\":\"2018-09-01-preview\"}",
                    "\"iotHubHostName\":\"" + TestServer.HOST + "\"",
                    "\"capabilities\":{\"iotEdge\":true},\"provisioningStatus\":\"Enabled\"",
                    "\"initialTwin\":{\"tags\":{},\"properties\":{\"desired\":{}}},\"optionalDeviceInformation\":{}",
                    "\"reprovisionPolicy\":{\"updateHubAssignment\":false}",
                    "\"reprovisionPolicy\":null,\"allocationPolicy\":null,\"iotHubs\":null,\"initialTwin\":null")) {
                Answer answer = send(
                        ServiceClient.CSHARP,
                        peer,
                        "PUT",
                        "/enrollments/allocated",
                        "",
                        "{\"registrationId\":\"allocated\",\"attestation\":" + KEYS + "," + members + "}");
                assertThat(answer.status()).as(members + answer.body()).isEqualTo(200);
                send(ServiceClient.C, peer, "DELETE", "/enrollments/allocated", "", "");
            }
            Answer legacy = send(
                    ServiceClient.CLI,
                    peer,
                    "PUT",
                    "/enrollments/allocated",
                    "",
                    "{\"attestation\":" + KEYS + ",\"iotHubHostName\":\"" + TestServer.HOST + "\"}");
            assertThat(legacy.json().get("allocationPolicy").asString()).isEqualTo("static");
            assertThat(legacy.json().get("iotHubs").toString()).isEqualTo("[\"" + TestServer.HOST + "\"]");
        }
    }

    /** An authority that is not verified, or not there yet, may be named (reference 3.11); a group has no TPM. */
    @Test
    void group_isTakenAsClientsWriteIt() throws Exception {
        try (HttpPeer peer = connect()) {
            server.controlPlane().add("unverified", TestPki.root("Unverified"));
            Answer named = send(
                    ServiceClient.CLI,
                    peer,
                    "PUT",
                    "/enrollmentGroups/by-name",
                    "",
                    "{\"enrollmentGroupId\": \"by-name\", \"attestation\": {\"type\": \"x509\", \"x509\": "
                            + "{\"caReferences\": {\"primary\": \"unverified\", \"secondary\": null}}}}");
            assertThat(named.status()).as(named.body()).isEqualTo(200);
            assertThat(named.json().at("/attestation/x509/caReferences").toString())
                    .isEqualTo("{\"primary\":\"unverified\"}");
        }
    }

    /** The error that every client reads, whatever it makes of it (reference 2.6). */
    @Test
    void refusals_haveAzuresForm() throws Exception {
        try (HttpPeer peer = connect()) {
            String without = "{\"registrationId\":\"refused\"}";
            String hubs = "{\"attestation\":" + KEYS + ",\"iotHubs\":[\"" + TestServer.HOST + "\"]}";
            for (Map.Entry<Answer, Integer> refused : List.of(
                    Map.entry(send(ServiceClient.CLI, peer, "PUT", "/enrollments/refused", "", without), 400004),
                    Map.entry(send(ServiceClient.CLI, peer, "PUT", "/enrollments/refused", "", hubs), 400004),
                    Map.entry(send(ServiceClient.CLI, peer, "GET", "/enrollments/refused", "", ""), 404201),
                    Map.entry(send(ServiceClient.CLI, peer, "GET", "/registrations/refused", "", ""), 404202))) {
                JsonNode body = refused.getKey().json();
                assertThat(body.get("errorCode").asInt()).as(body.toString()).isEqualTo(refused.getValue());
                assertThat(refused.getKey().status()).isEqualTo(refused.getValue() / 1000);
                assertThat(body.get("trackingId").asString()).hasSize(36);
                assertThat(body.get("message").asString()).isNotEmpty();
                assertThat(body.get("timestampUtc").asString()).matches("\\d{4}-.*\\.\\d{7}Z");
            }
            assertThat(send(
                                    ServiceClient.CLI,
                                    peer,
                                    "PUT",
                                    "/enrollments/refused",
                                    "If-Match: *",
                                    hubs.replace("iotHubs", "x"))
                            .status())
                    .isEqualTo(412);
        }
    }

    /** Node's own spelling of a mode, an etag in each item, and ten of them at most (reference 2.7). */
    @Test
    void bulk_isRunInEveryMode() throws Exception {
        try (HttpPeer peer = connect()) {
            String create = "{\"enrollments\":[" + enrollment("mode-1", KEYS) + "],\"mode\":\"create\"}";
            assertThat(send(ServiceClient.NODE, peer, "POST", "/enrollments/", "", create)
                            .json()
                            .get("isSuccessful")
                            .asBoolean())
                    .isTrue();
            JsonNode read = send(ServiceClient.NODE, peer, "GET", "/enrollments/mode-1", "", "")
                    .json();
            for (String mode : List.of("update", "Update", "delete")) {
                assertThat(send(
                                        ServiceClient.NODE,
                                        peer,
                                        "POST",
                                        "/enrollments/",
                                        "",
                                        "{\"enrollments\":[" + read + "],\"mode\":\"updateIfMatchEtag\"}")
                                .json()
                                .get("isSuccessful")
                                .asBoolean())
                        .isEqualTo(mode.equals("update"));
                send(
                        ServiceClient.C,
                        peer,
                        "POST",
                        "/enrollments/",
                        "",
                        "{\"mode\":\"" + mode + "\",\"enrollments\":[" + enrollment("mode-1", KEYS) + "]}");
            }
            assertThat(send(ServiceClient.NODE, peer, "GET", "/enrollments/mode-1", "", "")
                            .status())
                    .isEqualTo(404);
        }
    }

    private static String enrollment(String id, String attestation) {
        return "{\"registrationId\":\"" + id + "\",\"attestation\":" + attestation + "}";
    }

    private static String name(ServiceClient client) {
        return client.name().toLowerCase(Locale.ROOT);
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
