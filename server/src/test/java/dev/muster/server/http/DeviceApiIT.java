package dev.muster.server.http;

import static dev.muster.server.http.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The device API as its clients and its enemies use it, over real TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeviceApiIT {
    private static final String BODY = "{\"registrationId\":\"dev:1\"}";

    private final TestIdentity device = TestIdentity.leaf("dev:1");
    private RunningFrontEnd server = new RunningFrontEnd();
    private final TestClient client = new TestClient(device);

    @BeforeAll
    void enroll() {
        server.enroll(device, "dev:1");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void register_isAcceptedAndAnsweredByThePoll() {
        HttpResponse<String> accepted = client.send(
                "PUT",
                server.registration("dev:1", "/register"),
                BODY,
                // As Azure's documents show it with curl.
                Map.of("Content-Type", "application/json", "Content-Encoding", " utf-8"));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().map())
                .containsEntry("Retry-After", java.util.List.of("2"))
                .containsEntry("Location", java.util.List.of(server.registration("dev:1", "/register")))
                .containsEntry("Content-Type", java.util.List.of("application/json; charset=utf-8"))
                .containsKeys("x-ms-request-id", "Strict-Transport-Security");
        Map<String, Object> operation = json(accepted);
        assertThat(operation).containsOnlyKeys("operationId", "status").containsEntry("status", "assigning");

        // Node sends a body with its GET.
        HttpResponse<String> result =
                client.send("GET", server.registration("dev:1", "/operations/" + operation.get("operationId")), "{}");

        assertThat(result.statusCode()).isEqualTo(200);
        assertThat(json(result)).containsEntry("status", "assigned");
        assertThat(json(result).get("registrationState"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("assignedHub", RunningFrontEnd.HUB)
                .containsEntry("deviceId", "dev:1")
                .containsEntry("substatus", "initialAssignment")
                .doesNotContainValue(null);
    }

    @Test
    void registrationId_mayBePercentEncoded() {
        assertThat(client.send("PUT", server.registration("dev%3A1", "/register"), BODY)
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void lookUp_showsTheRegistration() {
        client.send("PUT", server.registration("dev:1", "/register"), BODY);

        HttpResponse<String> state = client.send("POST", server.registration("dev:1", ""), BODY);

        assertThat(state.statusCode()).isEqualTo(200);
        assertThat(json(state)).containsEntry("status", "assigned").doesNotContainKey("operationId");
    }

    @Test
    void groupDevice_registersWithItsChain() {
        TestIdentity root = TestIdentity.selfSigned("Plant Root");
        server.enrollGroup(root, "plant");

        HttpResponse<String> accepted = new TestClient(root.issueLeaf("pump-1"))
                .send("PUT", server.registration("pump-1", "/register"), "{\"registrationId\":\"pump-1\"}");

        assertThat(accepted.statusCode()).isEqualTo(202);
    }

    @Test
    void apiVersion_isDemandedAndItsLackRecorded() {
        String url = server.url("/" + RunningFrontEnd.ID_SCOPE + "/registrations/dev:1/register");

        assertError(client.send("PUT", url, BODY), 400, 400004);
        assertError(client.send("PUT", url + "?api-version=1999-12-31", BODY), 400, 400004);

        assertThat(server.attempts.of("dev:1", 2))
                .allSatisfy(attempt -> assertThat(attempt.explanation())
                        .hasValueSatisfying(
                                explanation -> assertThat(explanation.remedy()).isNotBlank()));
    }

    @Test
    void foreignRegistrationIdInBody_isRefused() {
        assertError(
                client.send("PUT", server.registration("dev:1", "/register"), "{\"registrationId\":\"other\"}"),
                400,
                400004);
    }

    @Test
    void garbage_isRefused() {
        assertError(client.send("PUT", server.registration("dev:1", "/register"), "{\"regi"), 400, 400004);
        assertError(client.send("PUT", server.registration("dev:1", "/register"), "[1]"), 400, 400004);
    }

    @Test
    void missingCertificate_isUnauthorizedAndRecorded() {
        assertError(new TestClient(null).send("PUT", server.registration("dev:1", "/register"), BODY), 401, 401002);

        assertThat(server.attempts.list(true, 1))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.peer()).isEqualTo("127.0.0.1"));
    }

    @Test
    void foreignCertificate_isUnauthorized() {
        assertError(
                new TestClient(TestIdentity.leaf("dev:1")).send("PUT", server.registration("dev:1", "/register"), BODY),
                401,
                401002);
    }

    @Test
    void unknownOperation_isNotFound() {
        assertError(client.send("GET", server.registration("dev:1", "/operations/5.0.0"), ""), 404, 404202);
    }

    @Test
    void unknownPathAndMethod_areAnsweredInJson() {
        assertError(client.send("GET", server.url("/no/such/thing"), ""), 404, 404201);

        HttpResponse<String> wrong = client.send("DELETE", server.registration("dev:1", "/register"), "");
        assertError(wrong, 405, 405000);
        assertThat(wrong.headers().firstValue("Allow")).contains("PUT");
    }

    @Test
    void malformedEscape_isRefused() {
        assertThat(client.raw(server.port(), "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 1))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void announcedOversize_isRefusedBeforeItIsSent() {
        String head = put("Content-Length: 1000000\r\nExpect: 100-continue\r\n");

        assertThat(client.raw(server.port(), head, 1))
                .startsWith("HTTP/1.1 413")
                .contains("\"errorCode\":413000");
    }

    @Test
    void chunkedOversize_isRefusedWhileItIsSent() {
        String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";

        assertThat(client.raw(server.port(), put("Transfer-Encoding: chunked\r\n") + chunk.repeat(7), 1))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void chunkedBody_isRead() {
        String body = Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n0\r\n\r\n";

        assertThat(client.raw(server.port(), put("Transfer-Encoding: chunked\r\n") + body, 1))
                .startsWith("HTTP/1.1 202");
    }

    @Test
    void expectedContinue_isGiven() {
        String request = put("Expect: 100-continue\r\nContent-Length: " + BODY.length() + "\r\n") + BODY;

        assertThat(client.raw(server.port(), request, 2))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\n")
                .contains("HTTP/1.1 202");
    }

    @Test
    void pipelinedRequests_areAnsweredInOrder() {
        String register = put("Content-Length: " + BODY.length() + "\r\n") + BODY;
        String unknown = "GET /nothing HTTP/1.1\r\nHost: localhost:443\r\n\r\n";

        String answers = client.raw(server.port(), register + unknown + register, 3);

        assertThat(answers).containsSubsequence("HTTP/1.1 202", "HTTP/1.1 404", "HTTP/1.1 202");
    }

    @Test
    void absoluteFormTarget_isUnderstood() {
        String request = "PUT https://localhost/" + RunningFrontEnd.ID_SCOPE
                + "/registrations/dev:1/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost\r\n"
                + "UserAgent: prov_device_client/1.0\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

        assertThat(client.raw(server.port(), request, 1)).startsWith("HTTP/1.1 202");
    }

    @Test
    void oversizedHeaders_areRefused() {
        assertThat(client.raw(server.port(), put("X: " + "x".repeat(20_000) + "\r\n"), 1))
                .startsWith("HTTP/1.1 431");
    }

    @Test
    void renewedServerCertificate_isUsedForNewConnections() {
        try (RunningFrontEnd other = new RunningFrontEnd()) {
            TestIdentity renewed = TestIdentity.leaf("localhost");
            new TestClient(null).send("GET", other.url("/"), "");
            other.tls.renew(renewed);

            HttpResponse<String> answer = new TestClient(null).send("GET", other.url("/"), "");

            assertThat(answer.sslSession().orElseThrow())
                    .satisfies(session ->
                            assertThat(session.getPeerCertificates()[0]).isEqualTo(renewed.x509()));
        }
    }

    private static String put(String headers) {
        return "PUT /" + RunningFrontEnd.ID_SCOPE
                + "/registrations/dev:1/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost:443\r\n" + headers
                + "\r\n";
    }

    private static void assertError(HttpResponse<String> response, int status, int code) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response))
                .containsOnlyKeys("errorCode", "trackingId", "message", "timestampUtc")
                .containsEntry("errorCode", code)
                .containsEntry(
                        "trackingId",
                        response.headers().firstValue("x-ms-request-id").orElseThrow());
        assertThat(response.headers().firstValue("x-ms-error-code")).contains(Integer.toString(code));
    }
}
