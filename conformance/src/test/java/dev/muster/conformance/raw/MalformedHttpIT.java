package dev.muster.conformance.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP as nobody should speak it: each request gets its answer or an end, and others notice nothing.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
class MalformedHttpIT {
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

    static Stream<Arguments> refusedRequests() {
        String register = path("rude-device") + "/register";
        return Stream.of(
                Arguments.of("broken JSON", "PUT", register + VERSION, "{", 400),
                Arguments.of("no JSON at all", "PUT", register + VERSION, "\0\1\2", 400),
                Arguments.of("an array", "PUT", register + VERSION, "[]", 400),
                Arguments.of("null", "PUT", register + VERSION, "null", 400),
                Arguments.of("nested too deep", "PUT", register + VERSION, "{\"a\":".repeat(5000), 400),
                Arguments.of("a number for an id", "PUT", register + VERSION, "{\"registrationId\":7}", 400),
                Arguments.of("another's id", "PUT", register + VERSION, "{\"registrationId\":\"x\"}", 400),
                Arguments.of("no version", "PUT", register, "{}", 400),
                Arguments.of("an impossible id", "PUT", path("%00") + "/register" + VERSION, "{}", 400),
                Arguments.of("an id of 129 letters", "PUT", path("a".repeat(129)) + "/register" + VERSION, "{}", 400),
                Arguments.of("a broken escape", "PUT", path("%zz") + "/register" + VERSION, "{}", 400),
                Arguments.of("a wrong method", "PATCH", register + VERSION, "{}", 405),
                Arguments.of("an unknown path", "PUT", register + "/further" + VERSION, "{}", 404),
                Arguments.of("a body of 97 KB", "PUT", register + VERSION, " ".repeat(97 * 1024), 413));
    }

    /** Each with Azure's error body, whose code begins with the status (reference 10.4). */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedRequests")
    void badRequest_isRefusedWithItsStatus(String what, String method, String target, String body, int status)
            throws Exception {
        try (HttpPeer peer =
                HttpPeer.connect(server, enrolled("rude-device-" + Integer.toHexString(what.hashCode())))) {
            Answer answer = peer.request(method, target, "Content-Type: application/json", body);

            assertThat(answer.status()).as(what + ": " + answer.body()).isEqualTo(status);
            assertThat(answer.json().at("/errorCode").asInt() / 1000).isEqualTo(status);
            assertThat(answer.json().at("/trackingId").asString()).isNotBlank();
        }
    }

    static Stream<Arguments> insults() {
        return Stream.of(
                Arguments.of("no HTTP", "HELO there\r\n\r\n"),
                Arguments.of("an endless request line", "GET /" + "a".repeat(1 << 16)),
                Arguments.of("an endless header", "GET / HTTP/1.1\r\nA: " + "a".repeat(1 << 18)),
                Arguments.of("two lengths", put("Content-Length: 2\r\nContent-Length: 3", "{}")),
                Arguments.of("a negative length", put("Content-Length: -1", "{}")),
                Arguments.of("a length and chunks", put("Content-Length: 2\r\nTransfer-Encoding: chunked", "{}")),
                Arguments.of("a gigabyte to come", put("Content-Length: 1073741824", "{")),
                Arguments.of(
                        "chunks without an end", put("Transfer-Encoding: chunked", "4000\r\n" + " ".repeat(1 << 19))));
    }

    /** What cannot be read, or would be read two ways (RFC 9112 section 6.3), is refused and ends the connection. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("insults")
    void insult_isRefusedAndEndsTheConnection(String what, String insult) throws Exception {
        try (HttpPeer peer = HttpPeer.connect(server, TestPki.selfSigned("insulting-device"))) {
            send(peer, insult);

            assertRefused(peer, what);
        }
    }

    /** The handshake proves possession of the key; without it nothing is said at all (RFC 8446 section 4.4.3). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void certificateOfAnotherKey_failsInTheHandshake(String version) throws Exception {
        Device honest = enrolled("robbed-device-" + version);
        Device thief = honest.withKeyOf(TestPki.selfSigned("thief"));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (HttpPeer peer =
                    new HttpPeer(TlsPeer.connect(server.trust().context(thief), TestServer.HTTPS, version))) {
                peer.send("PUT " + path(honest.registrationId()) + "/register" + VERSION + " HTTP/1.1\r\n\r\n");
                peer.answer().orElseThrow(() -> new IOException("hung up"));
            }
        });
        assertThat(server.controlPlane().attempts(honest.registrationId())).isEmpty();
    }

    /** Port 443 speaks TLS and nothing else. */
    @Test
    void whatIsNoTls_getsNothing() throws Exception {
        try (TlsPeer peer = TlsPeer.connectPlain(TestServer.HTTPS)) {
            peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));

            // TLS answers with an alert in its own record layer before it hangs up.
            assertThat(peer.in().readAllBytes().length).isLessThanOrEqualTo(7);
        }
    }

    /** While forty connections misbehave another device notices nothing. */
    @Test
    void honestDevice_isNotDisturbedByOthers() throws Exception {
        List<String> insults = insults().map(it -> (String) it.get()[1]).toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Answer>>> misbehaving = IntStream.range(0, 40)
                    .mapToObj(number -> threads.submit(() -> {
                        try (HttpPeer peer = HttpPeer.connect(server, TestPki.selfSigned("insulting-device"))) {
                            send(peer, insults.get(number % insults.size()));
                            return peer.answer();
                        }
                    }))
                    .toList();
            for (int number = 0; number < 10; number++) {
                Device device = enrolled("honest-device-" + number);
                try (HttpPeer peer = HttpPeer.connect(server, device)) {
                    Answer answer = peer.request(
                            "PUT",
                            path(device.registrationId()) + "/register" + VERSION,
                            "Content-Type: application/json",
                            "{}");

                    assertThat(answer.status()).isEqualTo(202);
                }
            }
            for (Future<Optional<Answer>> one : misbehaving) {
                assertThat(one.get().map(Answer::status).filter(status -> status < 400))
                        .isEmpty();
            }
        }
    }

    private static Device enrolled(String id) throws Exception {
        Device device = TestPki.selfSigned(id);
        new Enrolling(server).individual(device);
        return device;
    }

    private static String path(String id) {
        return "/" + server.idScope() + "/registrations/" + id;
    }

    private static String put(String headers, String body) {
        return "PUT " + path("insulting-device") + "/register" + VERSION + " HTTP/1.1\r\nHost: " + TestServer.HOST
                + "\r\n" + headers + "\r\n\r\n" + body;
    }

    /** The server may hang up before it has read it all. */
    private static void send(HttpPeer peer, String insult) {
        try {
            peer.send(insult);
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("timed out");
        }
    }

    private static void assertRefused(HttpPeer peer, String what) throws IOException {
        Optional<Answer> answer = peer.answer();
        assertThat(answer.map(Answer::status).filter(status -> status < 400 || status >= 500))
                .as(what)
                .isEmpty();
        assertThat(answer.isEmpty() || peer.isClosedByServer()).as(what).isTrue();
    }
}
