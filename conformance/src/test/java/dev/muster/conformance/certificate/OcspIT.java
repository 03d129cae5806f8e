package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
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
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OCSP responder of the server's own authorities, judged by OpenSSL. */
class OcspIT {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MALFORMED = HEX.parseHex("30030a0101");
    private static final byte[] UNAUTHORIZED = HEX.parseHex("30030a0106");
    private static final String ALL =
            "-issuer root.pem -cert plant.pem -cert line.pem -serial 0x7777 -CAfile root.pem ";

    private static TestServer server;
    private static Path directory;
    private static HttpClient client;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        String origin = "https://" + TestServer.HOST + ":" + TestServer.HTTPS;
        Path home = TestServer.newDirectory();
        server = TestServer.start(home, pointingTo(origin, home.resolve("data")));
        directory = server.directory("ocsp");
        client = HttpClient.newBuilder()
                .sslContext(server.trust().context(TestPki.selfSigned("anybody")))
                .build();
        Certificate root = create("root", Map.of("commonName", "Root"));
        create("plant", Map.of("commonName", "Plant", "issuer", "root"));
        create("line", Map.of("commonName", "Line", "issuer", "root"));
        server.controlPlane().revoke(Map.of("authority", "line", "reason", "cessationOfOperation"));
        base = origin + "/pki/" + root.thumbprint();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-nonce", "-no_nonce", "-sha256 -nonce", "-sha256 -no_nonce"})
    void openssl_isToldByPost_whatIsGoodRevokedAndUnknown(String options) throws Exception {
        // The hash stands before the certificates that it is for.
        assertThat(openssl("ocsp " + options + " " + ALL + "-url " + base + "/ocsp"))
                .contains("Response verify OK", "plant.pem: good", "line.pem: revoked", "0x7777: unknown")
                .contains("Reason: cessationOfOperation")
                .doesNotContain("WARNING", "Nonce Verify error");
    }

    @Test
    void devicesCertificate_saysWhereToAsk_andIsRevokedWithinASecond() throws Exception {
        Onboarding onboarding = new Onboarding(server);
        onboarding.authority("site", Duration.ofDays(30));
        onboarding.enroll("asked-for", Onboarding.issuedBy("site"));
        Wish wish = Wish.of("asked-for");
        List<Certificate> chain = wish.granted(onboarding.registered(wish)).chain();
        write("device", chain.get(0));
        write("site", chain.get(1));
        write("site-root", chain.get(2));
        String url = openssl("x509 -in device.pem -noout -ocsp_uri").strip();
        assertThat(url).endsWith("/pki/" + chain.get(1).thumbprint() + "/ocsp");
        String ask =
                "ocsp -no_nonce -issuer site.pem -cert device.pem -verify_other site.pem -CAfile site-root.pem -url "
                        + url;
        assertThat(openssl(ask)).contains("Response verify OK", "device.pem: good");

        server.controlPlane()
                .revoke(Map.of("thumbprint", chain.getFirst().thumbprint().hex(), "reason", "keyCompromise"));
        Thread.sleep(1100);

        assertThat(openssl(ask)).contains("Response verify OK", "device.pem: revoked", "Reason: keyCompromise");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plant.pem", "line.pem"})
    void openssl_believesWhatItGets_andCachesMay(String certificate) throws Exception {
        openssl("ocsp -no_nonce -issuer root.pem -cert " + certificate + " -reqout " + certificate + ".request");
        URI target = get(Files.readAllBytes(directory.resolve(certificate + ".request")));
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(target));
        Files.write(directory.resolve(certificate + ".answer"), answer.body());

        String printed = openssl("ocsp -no_nonce -issuer root.pem -cert " + certificate + " -CAfile root.pem -respin "
                + certificate + ".answer -resp_text");
        assertThat(printed)
                .contains("Response verify OK", "OCSP Signing", "OCSP No Check")
                .contains(certificate + (certificate.equals("line.pem") ? ": revoked" : ": good"));
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/ocsp-response");
        assertThat(answer.headers().firstValue("cache-control").orElseThrow()).contains("max-age=", "must-revalidate");
        String etag = answer.headers().firstValue("etag").orElseThrow();
        assertThat(send(HttpRequest.newBuilder(target).header("If-None-Match", etag))
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void hostileRequest_isRefusedAsOcspDoes() throws Exception {
        for (String body : List.of("", "00", "30", "3000", "30800000", "ff".repeat(16 * 1024))) {
            assertThat(post(base, HEX.parseHex(body)).body()).isEqualTo(MALFORMED);
        }
        assertThat(post(base, new byte[16 * 1024 + 1]).statusCode()).isEqualTo(413);
        assertThat(send(HttpRequest.newBuilder(URI.create(base + "/ocsp/@@@"))).body())
                .isEqualTo(MALFORMED);

        openssl("ocsp -no_nonce -issuer plant.pem -serial 1 -reqout strange.der");
        byte[] strange = Files.readAllBytes(directory.resolve("strange.der"));
        assertThat(post(base, strange).body()).isEqualTo(UNAUTHORIZED);
        assertThat(post(base.replaceFirst("[^/]*$", "00".repeat(32)), strange).body())
                .isEqualTo(UNAUTHORIZED);
    }

    private static Config pointingTo(String origin, Path data) {
        Config config = TestServer.config(data);
        return config.withAuthorities(config.authorities().withPublicUrl(origin));
    }

    private static URI get(byte[] request) {
        String text = Base64.getEncoder().encodeToString(request);
        return URI.create(base + "/ocsp/" + URLEncoder.encode(text, StandardCharsets.US_ASCII));
    }

    private static HttpResponse<byte[]> post(String authority, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(authority + "/ocsp"))
                .header("Content-Type", "application/ocsp-request")
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static Certificate create(String name, Map<String, Object> draft) throws IOException {
        Certificate own = server.controlPlane().createAuthority(name, draft).getFirst();
        write(name, own);
        return own;
    }

    private static void write(String name, Certificate certificate) throws IOException {
        Files.writeString(directory.resolve(name + ".pem"), Pem.write(certificate));
    }

    private static String openssl(String command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("openssl"));
        arguments.addAll(Arrays.asList(command.split(" +")));
        Process process = new ProcessBuilder(arguments)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }
}
