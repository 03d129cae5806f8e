package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.TlsPeer;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The provisioning service over HTTPS as the SDKs of other languages speak it, byte by byte.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
class RawHttpIT {
    private static final String VERSION = "?api-version=2019-03-31";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** C: {@code UserAgent}, {@code Host: name:443}, the body again in the poll, one connection (trap 9; seen 5, 8). */
    @Test
    void cSdk_isAssigned() throws Exception {
        Device device = enrolled("c-device");
        String body = "{\"registrationId\":\"c-device\"}";
        String headers = """
                UserAgent: prov_device_client/1.0
                Accept: application/json
                Connection: keep-alive
                Content-Type: application/json; charset=utf-8
                Host: %s:443
                content-length: %d
                """.formatted(TestServer.HOST, body.length()).replace("\n", "\r\n");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            peer.send("PUT " + registration("c-device") + "/register?api-version=2021-06-01 HTTP/1.1\r\n" + headers
                    + "\r\n" + body);
            Answer accepted = peer.answer().orElseThrow();
            assertThat(accepted.status()).isEqualTo(202);
            peer.send("GET " + registration("c-device") + "/operations/" + operationOf(accepted)
                    + "?api-version=2021-06-01 HTTP/1.1\r\n" + headers + "\r\n" + body);

            assertAssigned(peer.answer().orElseThrow(), "c-device");
        }
    }

    /** C#: exactly 202 for the PUT, and a colon in the id as {@code %3A} (traps 1; reference 11.1). */
    @Test
    void csharpSdk_isAssignedWithAnEscapedColon() throws Exception {
        Device device = enrolled("plant:7");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted = peer.request(
                    "PUT",
                    registration("plant%3A7") + "/register" + VERSION,
                    "User-Agent: Microsoft.Azure.Devices.Provisioning.Client/1.19.2\n"
                            + "Content-Type: application/json; charset=utf-8",
                    "{\"registrationId\":\"plant:7\"}");
            assertThat(accepted.status()).isEqualTo(202);
            Answer answer = peer.request(
                    "GET", registration("plant%3A7") + "/operations/" + operationOf(accepted) + VERSION, "", "");

            assertAssigned(answer, "plant:7");
        }
    }

    /** Java and Node leave the colon as it is (reference 11.1). */
    @Test
    void colonInAnId_mayStayAsItIs() throws Exception {
        Device device = enrolled("plant:8");

        assertThat(register(device).status()).isEqualTo(202);
    }

    /** Node: GET with a body of {@code {}}, and an answer read only if it says application/json (traps 7, 8). */
    @Test
    void nodeSdk_isAssigned() throws Exception {
        Device device = enrolled("node-device");
        String headers = "Accept: application/json\nContent-Type: application/json; charset=utf-8\nRequest-Id: 1";
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted = peer.request(
                    "PUT",
                    registration("node-device") + "/register" + VERSION,
                    headers,
                    "{\"registrationId\":\"node-device\"}");
            assertThat(accepted.header("content-type")).contains("application/json");
            Answer answer = peer.request(
                    "GET",
                    registration("node-device") + "/operations/" + operationOf(accepted) + VERSION,
                    headers,
                    "{}");

            assertThat(answer.header("content-type")).contains("application/json");
            assertAssigned(answer, "node-device");
        }
    }

    /** IoT Edge: 202 for the PUT, a registrationState that names the device in the poll (traps 1, 6). */
    @Test
    void iotEdge_isAssigned() throws Exception {
        Device device = enrolled("edge-device");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted = peer.request(
                    "PUT",
                    registration("edge-device") + "/register?api-version=2021-06-01",
                    "Content-Type: application/json",
                    "{\"registrationId\":\"edge-device\"}");
            assertThat(accepted.status()).isEqualTo(202);
            Answer answer = peer.request(
                    "GET",
                    registration("edge-device") + "/operations/" + operationOf(accepted) + "?api-version=2021-06-01",
                    "",
                    "");

            assertThat(answer.json().at("/registrationState/registrationId").asString())
                    .isEqualTo("edge-device");
            assertThat(answer.body()).doesNotContain("null");
        }
    }

    /** Java takes 2 to 5 seconds, and a date kills its task (reference 3.5). */
    @Test
    void retryAfter_isAFewWholeSeconds() throws Exception {
        assertThat(register(enrolled("patient-device")).header("retry-after")).matches("[2-5]");
    }

    /** Java tells error from success by their members, Edge wants code and message (trap 5; reference 4.3). */
    @Test
    void refusal_hasAzuresErrorBody() throws Exception {
        Answer refusal = register(TestPki.selfSigned("stranger-device"));

        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.header("content-type")).contains("application/json");
        JsonNode error = refusal.json();
        assertThat(error.propertyNames())
                .containsExactlyInAnyOrder("errorCode", "trackingId", "message", "timestampUtc");
        assertThat(error.at("/errorCode").asInt()).isEqualTo(401002);
        assertThat(refusal.header("x-ms-error-code")).isEqualTo("401002");
        assertThat(refusal.header("x-ms-request-id"))
                .isEqualTo(error.at("/trackingId").asString());
        assertThat(error.at("/timestampUtc").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z");
    }

    /** The lookup proves the device anew and answers with the result by itself (reference 3.1). */
    @Test
    void lookup_answersWithTheRegistration() throws Exception {
        Device device = enrolled("looking-device");
        register(device);
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer answer = peer.request(
                    "POST",
                    registration("looking-device") + VERSION,
                    "Content-Type: application/json",
                    "{\"registrationId\":\"looking-device\"}");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
            assertThat(answer.json().at("/status").asString()).isEqualTo("assigned");
            assertThat(answer.json().has("operationId")).isFalse();
        }
    }

    /** Azure may answer 409, which no SDK tries again; here each is told the same, of one device (trap 36). */
    @Test
    void parallelRegistrationsOfOneId_endInOneDevice() throws Exception {
        Device device = enrolled("hasty-device");
        Set<String> answers = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> registrations = new ArrayList<>();
            for (int number = 0; number < 16; number++) {
                registrations.add(threads.submit(() -> {
                    try (HttpPeer peer = HttpPeer.connect(server, device)) {
                        Answer accepted = register(peer, device);
                        Answer answer = peer.request(
                                "GET",
                                registration("hasty-device") + "/operations/" + operationOf(accepted) + VERSION,
                                "",
                                "");
                        assertAssigned(answer, "hasty-device");
                        JsonNode state = answer.json().at("/registrationState");
                        answers.add(state.at("/assignedHub").asString()
                                + state.at("/createdDateTimeUtc").asString());
                        return null;
                    }
                }));
            }
            for (Future<?> registration : registrations) {
                registration.get();
            }
        }
        assertThat(answers).hasSize(1);
        assertThat(server.registry().getDevice("hasty-device").getPrimaryThumbprint())
                .isEqualToIgnoringCase(device.thumbprint());
    }

    /** Polls authenticate every time (trap 37). */
    @Test
    void operation_isNotShownToAnotherDevice() throws Exception {
        Answer accepted = register(enrolled("private-device"));
        try (HttpPeer peer = HttpPeer.connect(server, enrolled("curious-device"))) {
            Answer answer = peer.request(
                    "GET", registration("private-device") + "/operations/" + operationOf(accepted) + VERSION, "", "");

            assertThat(answer.status()).isEqualTo(401);
        }
    }

    /** 404202 is the second kind of not found (reference 10.4). */
    @Test
    void unknownOperation_isNotFound() throws Exception {
        try (HttpPeer peer = HttpPeer.connect(server, enrolled("forgetful-device"))) {
            Answer answer = peer.request(
                    "GET",
                    registration("forgetful-device") + "/operations/5.0123456789abcdef.no-such" + VERSION,
                    "",
                    "");

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(404202);
        }
    }

    /** Without a certificate there is no proof, and the answer says so in the protocol (reference 8.1). */
    @Test
    void deviceWithoutACertificate_isUnauthorized() throws Exception {
        enrolled("naked-device");
        try (HttpPeer peer = new HttpPeer(TlsPeer.connect(SSLContext.getDefault(), TestServer.HTTPS))) {
            Answer answer = peer.request(
                    "PUT",
                    registration("naked-device") + "/register" + VERSION,
                    "Content-Type: application/json",
                    "{\"registrationId\":\"naked-device\"}");

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/errorCode").asInt()).isEqualTo(401002);
        }
    }

    /** Java offers TLS 1.2 only, Node and curl prefer 1.3 (seen 7). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void eitherVersionOfTls_isSpoken(String version) throws Exception {
        Device device = enrolled("device-of-" + version);
        try (HttpPeer peer = new HttpPeer(TlsPeer.connect(server.trust().context(device), TestServer.HTTPS, version))) {
            assertThat(register(peer, device).status()).isEqualTo(202);
        }
    }

    /** A resumed session brings the whole chain along, or the group above an intermediate is not found (seen 4). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumedSession_keepsTheChain(String version) throws Exception {
        Authority root = TestPki.root("Resumed Root " + version);
        new Enrolling(server).verifiedGroup("resumed-" + version, root);
        Device device = root.intermediate("Plant").device("resumed-" + version).presenting(2);
        SSLContext context = server.trust().context(device);
        for (int visit = 0; visit < 3; visit++) {
            try (HttpPeer peer = new HttpPeer(TlsPeer.connect(context, TestServer.HTTPS, version))) {
                assertThat(register(peer, device).status()).isEqualTo(202);
            }
        }
    }

    /** Node and C# can ask for it; registering again does what it says anyway (reference 10.3). */
    @Test
    void forcedRegistration_isARegistration() throws Exception {
        Device device = enrolled("forceful-device");
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            for (String force : List.of("true", "false")) {
                Answer accepted = peer.request(
                        "PUT",
                        registration("forceful-device") + "/register" + VERSION + "&forceRegistration=" + force,
                        "",
                        "{\"registrationId\":\"forceful-device\"}");

                assertThat(accepted.status()).isEqualTo(202);
            }
        }
    }

    /** A list of names makes Java withhold its certificate (trap 32; seen 6). */
    @ParameterizedTest
    @ValueSource(ints = {TestServer.HTTPS, TestServer.MQTT, TestServer.AMQP})
    void certificateRequest_namesNoAuthorities(int port) throws Exception {
        List<Principal> named = new ArrayList<>();
        TlsPeer.connect(server.trust().noting(named), port, "TLSv1.2").close();

        assertThat(named).isEmpty();
    }

    private static Device enrolled(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        new Enrolling(server).individual(device);
        return device;
    }

    private static String registration(String id) {
        return "/" + server.idScope() + "/registrations/" + id;
    }

    private static Answer register(Device device) throws Exception {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            return register(peer, device);
        }
    }

    private static Answer register(HttpPeer peer, Device device) throws Exception {
        String id = device.registrationId();
        return peer.request(
                "PUT",
                registration(id) + "/register" + VERSION,
                "Content-Type: application/json",
                "{\"registrationId\":\"" + id + "\"}");
    }

    private static String operationOf(Answer accepted) {
        assertThat(accepted.json().propertyNames()).containsExactlyInAnyOrder("operationId", "status");
        return accepted.json().at("/operationId").asString();
    }

    private static void assertAssigned(Answer answer, String id) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/status").asString()).isEqualTo("assigned");
        JsonNode state = answer.json().at("/registrationState");
        assertThat(state.at("/registrationId").asString()).isEqualTo(id);
        assertThat(state.at("/deviceId").asString()).isEqualTo(id);
        assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(state.at("/substatus").asString()).isEqualTo("initialAssignment");
    }
}
