package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The listener without TLS: OpenSSL finds there what certificates point to, and nobody anything else. */
@Execution(ExecutionMode.SAME_THREAD) // one test pushes out connections
class PlainHttpIT {
    private static final int HTTP = 8080;
    private static final int NEWCOMERS = 8;
    private static final String ORIGIN = "http://" + TestServer.HOST + ":" + HTTP;

    private static TestServer server;
    private static Path directory;
    private static HttpClient client;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        TestServer.checkPort(HTTP);
        Path home = TestServer.newDirectory();
        server = TestServer.start(
                home,
                TestServer.config(home.resolve("data"))
                        .withListen(
                                TestServer.config(home).listen().withHttp(HTTP).withNewcomers(NEWCOMERS)));
        directory = server.directory("http");
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Certificate root = server.controlPlane()
                .createAuthority("root", Map.of("commonName", "Root"))
                .getFirst();
        base = ORIGIN + "/pki/" + root.thumbprint();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void openssl_followsThePointersOfADevicesCertificate() throws Exception {
        Onboarding onboarding = new Onboarding(server);
        onboarding.authority("site", Duration.ofDays(30));
        onboarding.enroll("pointing", Onboarding.issuedBy("site"));
        Wish wish = Wish.of("pointing");
        List<Certificate> chain = wish.granted(onboarding.registered(wish)).chain();
        write("device", chain.get(0));
        write("site", chain.get(1));
        write("site-root", chain.get(2));
        String origin = ORIGIN + "/pki/" + chain.get(1).thumbprint();
        assertThat(openssl(0, "x509 -in device.pem -noout -text"))
                .contains("URI:" + origin + "/crl", "OCSP - URI:" + origin + "/ocsp", "CA Issuers - URI:" + origin);
        String verify = "verify -crl_check -crl_download -CAfile site-root.pem -untrusted site.pem device.pem";
        String ask = "ocsp -no_nonce -issuer site.pem -cert device.pem -verify_other site.pem -CAfile site-root.pem"
                + " -url " + origin + "/ocsp";
        assertThat(openssl(0, verify)).contains("device.pem: OK");
        assertThat(openssl(0, "verify -crl_check -crl_download -CAfile site-root.pem site.pem"))
                .contains("site.pem: OK");
        assertThat(openssl(0, ask)).contains("Response verify OK", "device.pem: good");

        server.controlPlane()
                .revoke(Map.of("thumbprint", chain.getFirst().thumbprint().hex(), "reason", "keyCompromise"));
        Thread.sleep(1100);

        assertThat(openssl(2, verify)).contains("certificate revoked");
        assertThat(openssl(0, ask)).contains("Response verify OK", "device.pem: revoked", "Reason: keyCompromise");
    }

    @Test
    void lists_areServedWithoutDemandingTls() throws Exception {
        for (String path : List.of("/crl", "/crl/delta", "/ca")) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(base + path)));
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /",
        "GET,  /pki",
        "GET,  /muster/status",
        "GET,  /muster/revocations",
        "POST, /muster/revocations",
        "GET,  /metrics",
        "GET,  /.well-known/est/cacerts",
        "PUT,  /0ne00000000/registrations/sensor-1/register",
        "GET,  /enrollments/sensor-1",
        "GET,  /devices/sensor-1",
        "GET,  /$iothub/websocket"
    })
    void everythingElse_isNotThere(String method, String path) throws Exception {
        String token = Files.readString(server.adminTokenFile()).strip();
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(ORIGIN + path + "?api-version=2021-10-01"))
                .header("Authorization", "Bearer " + token)
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("Without TLS there are only").contains("Use HTTPS");
    }

    @Test
    void webSocket_isNotOpened() throws Exception {
        assertThat(answerTo("""
                        GET /mqtt HTTP/1.1\r
                        Host: h\r
                        Connection: Upgrade\r
                        Upgrade: websocket\r
                        Sec-WebSocket-Version: 13\r
                        Sec-WebSocket-Protocol: mqtt\r
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                        \r
                        """)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void hostileRequest_isRefused_andTheNextOneServed() throws Exception {
        String ocsp = "POST " + URI.create(base).getPath() + "/ocsp HTTP/1.1\r\nHost: h\r\n";
        assertThat(answerTo(ocsp + "Content-Length: 99999999999\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        assertThat(answerTo("GET /" + "a".repeat(9000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.0 414 ");
        assertThat(answerTo("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n"))
                .startsWith("HTTP/1.0 400 ");
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "/crl"))).statusCode())
                .isEqualTo(200);
    }

    @Test
    @Timeout(20)
    void silentConnections_pushOutEachOther() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < NEWCOMERS + 2; i++) {
                silent.add(new Socket(TestServer.HOST, HTTP));
            }
            // Several threads accept, so those that came first need not be the oldest.
            while (silent.stream().filter(PlainHttpIT::isClosed).count() < 2) {
                Thread.sleep(20);
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }

    private static String answerTo(String request) throws IOException {
        try (Socket socket = new Socket(TestServer.HOST, HTTP)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readNBytes(64), StandardCharsets.ISO_8859_1);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    private static void write(String name, Certificate certificate) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), Pem.write(certificate));
    }

    private static String openssl(int exit, String command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("openssl"));
        arguments.addAll(Arrays.asList(command.split(" +")));
        Process process = new ProcessBuilder(arguments)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(exit);
        return printed;
    }
}
