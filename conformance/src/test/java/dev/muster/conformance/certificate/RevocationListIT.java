package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The CRLs of the server's own authorities, judged by OpenSSL. */
class RevocationListIT {
    private static TestServer server;
    private static Path directory;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        directory = server.directory("crl");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void openssl_refusesARevokedAuthority_andAcceptsTheOtherOne() throws Exception {
        create("root", Map.of("commonName", "Root"));
        create("plant", Map.of("commonName", "Plant", "issuer", "root"));
        create("line", Map.of("commonName", "Line", "issuer", "root"));
        JsonNode revoked = server.controlPlane()
                .revoke(Map.of("authority", "line", "reason", "cessationOfOperation"))
                .getFirst();
        String base = "/pki/" + revoked.at("/issuer").asString();
        Answer list = get(base + "/crl?pem", "");
        Files.writeString(directory.resolve("root.crl"), list.body());
        Files.writeString(
                directory.resolve("delta.crl"), get(base + "/crl/delta?pem", "").body());
        assertThat(get(base + "/ca?pem", "").body()).isEqualTo(Files.readString(directory.resolve("root.pem")));

        String printed = openssl(0, "crl -in root.crl -noout -text -CAfile root.pem");
        assertThat(printed)
                .contains(
                        "verify OK", "X509v3 CRL Number", "X509v3 Authority Key Identifier", "Cessation Of Operation");
        assertThat(openssl(0, "crl -in delta.crl -noout -text -CAfile root.pem"))
                .contains("verify OK", "X509v3 Delta CRL Indicator: critical");
        String verify = "verify -crl_check_all -CAfile root.pem -CRLfile root.crl ";
        assertThat(openssl(0, verify + "plant.pem")).contains("plant.pem: OK");
        assertThat(openssl(2, verify + "line.pem")).contains("certificate revoked");

        assertThat(get(base + "/crl", "If-None-Match: " + list.header("etag")).status())
                .isEqualTo(304);
        assertThat(get(base + "/crl", "").header("content-type")).isEqualTo("application/pkix-crl");
        assertThat(get("/pki/" + "00".repeat(32) + "/crl", "").status()).isEqualTo(404);
        assertThat(get("/pki/nothing/crl", "").status()).isEqualTo(400);
    }

    private static void create(String name, Map<String, Object> draft) throws IOException {
        Files.writeString(
                directory.resolve(name + ".pem"),
                Pem.write(server.controlPlane().createAuthority(name, draft).getFirst()));
    }

    /** As anybody, with no certificate and no token. */
    private static Answer get(String path, String headers) throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, TestPki.selfSigned("anybody"))) {
            return peer.request("GET", path, headers, "");
        }
    }

    private static String openssl(int exit, String command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("openssl"));
        arguments.addAll(Arrays.asList(command.split(" ")));
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
