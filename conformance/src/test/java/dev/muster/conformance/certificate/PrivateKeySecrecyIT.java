package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.pki.KeyBundle;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The keys of certificate authorities stay where they are kept: whatever an owner does, no private key is to be found
 * in any spelling in the log at its most talkative, in an answer, in the database, or in any other file of the server;
 * and what keeps them is readable by the server's user alone.
 */
class PrivateKeySecrecyIT {
    private static final String TALKATIVE = """
            <configuration>
              <appender name="all" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger %msg%n%ex</pattern></encoder>
              </appender>
              <logger name="dev.muster" level="TRACE"/>
              <root level="DEBUG"><appender-ref ref="all"/></root>
            </configuration>
            """;

    private final List<String> answers = new ArrayList<>();

    @Test
    void privateKeys_areNowhereButInTheirStores() throws Exception {
        Path directory = TestServer.newDirectory();
        SoftwareToken token = SoftwareToken.make(directory);
        Path logging = Files.writeString(directory.resolve("logback.xml"), TALKATIVE);
        KeyPair brought = TestPki.newKeys();
        ServerProcess process = ServerProcess.start(
                directory,
                "authorities:\n  tokens:\n" + token.entry("hsm", SoftwareToken.LABEL, token.pinFile()),
                token.before(),
                "-Dlogback.configurationFile=" + logging.toUri());
        try {
            TestServer server = process.server();
            OwnAuthorities own = new OwnAuthorities(server.controlPlane(), directory.resolve("data"));
            live(server, own, brought);

            Map<String, byte[]> secrets = secrets(own, brought);
            assertThat(secrets).hasSizeGreaterThan(20);
            assertThat(process.output()).contains("DEBUG", "refused");
            secrets.forEach((what, secret) -> {
                assertAbsent(what, secret, "the log", process.output().getBytes(StandardCharsets.UTF_8));
                assertAbsent(
                        what, secret, "the answers", String.join("\n", answers).getBytes(StandardCharsets.UTF_8));
            });
            for (Path file : files(directory.resolve("data"))) {
                byte[] content = Files.readAllBytes(file);
                secrets.forEach((what, secret) -> {
                    if (!what.equals("password of the key files") || !file.endsWith("authorities.password")) {
                        assertAbsent(what, secret, file.toString(), content);
                    }
                });
            }
            assertOwnersAlone(directory.resolve("data"));
        } finally {
            process.kill();
        }
    }

    /** All that an owner does with authorities, and some mistakes. */
    private void live(TestServer server, OwnAuthorities own, KeyPair brought) throws Exception {
        for (String vault : List.of("files", "hsm")) {
            keep(own.create(vault + "-root", Map.of("vault", vault)));
            for (String algorithm : List.of("ec-p256", "ec-p384", "rsa-2048")) {
                String name = vault + "-" + algorithm;
                keep(own.create(name, Map.of("vault", vault, "issuer", vault + "-root", "keyAlgorithm", algorithm)));
                keep(own.rotate(name));
            }
            keep(own.rotate(vault + "-root"));
            answers.add(server.controlPlane()
                    .text(
                            "POST",
                            "/muster/authorities/" + vault + "-offline/request",
                            Optional.of(Map.of("vault", vault))));
        }
        KeyPair root = TestPki.newKeys();
        TestPki.Authority foreign = TestPki.root("Brought Root");
        Map<String, Object> made =
                Map.of("key", Pem.write(foreign.keys().getPrivate()), "certificates", Pem.write(foreign.chain()));
        keep(server.controlPlane().send("POST", "/muster/authorities/brought/import", Optional.of(made)));
        Map<String, Object> mixed =
                Map.of("key", Pem.write(brought.getPrivate()), "certificates", Pem.write(foreign.chain()));
        assertThatThrownBy(() ->
                        server.controlPlane().send("POST", "/muster/authorities/mixed/import", Optional.of(mixed)))
                .satisfies(refused -> answers.add(String.valueOf(refused.getMessage())));
        assertThatThrownBy(() -> server.controlPlane()
                        .send(
                                "POST",
                                "/muster/authorities/broken/import",
                                Optional.of(Map.of(
                                        "key",
                                        Pem.write(root.getPrivate()).replace("BEGIN", "BEGUN"),
                                        "certificates",
                                        "none"))))
                .satisfies(refused -> answers.add(String.valueOf(refused.getMessage())));
        keep(server.controlPlane().send("GET", "/muster/authorities", Optional.empty()));
        answers.add(Pem.write(own.chain("files-ec-p256")));
        answers.add(own.owner().attempts().toString());
    }

    private void keep(JsonNode answer) {
        answers.add(answer.toString());
    }

    private static Map<String, byte[]> secrets(OwnAuthorities own, KeyPair brought) throws IOException {
        Map<String, byte[]> secrets = new LinkedHashMap<>();
        int number = 0;
        for (KeyBundle bundle : own.keys()) {
            add(secrets, "key " + ++number, bundle.key());
        }
        add(secrets, "key that was refused", brought.getPrivate());
        secrets.put("password of the key files", own.password().getBytes(StandardCharsets.UTF_8));
        secrets.put("PIN of the token", SoftwareToken.PIN.getBytes(StandardCharsets.UTF_8));
        return secrets;
    }

    private static void add(Map<String, byte[]> secrets, String title, PrivateKey key) {
        switch (key) {
            case ECPrivateKey ec -> secrets.put(title + ", scalar", magnitude(ec.getS()));
            case RSAPrivateCrtKey rsa -> {
                secrets.put(title + ", exponent", magnitude(rsa.getPrivateExponent()));
                secrets.put(title + ", prime p", magnitude(rsa.getPrimeP()));
                secrets.put(title + ", prime q", magnitude(rsa.getPrimeQ()));
                secrets.put(title + ", exponent of p", magnitude(rsa.getPrimeExponentP()));
            }
            default -> throw new AssertionError("a key of another kind: " + key.getAlgorithm());
        }
        secrets.put(title + ", PKCS#8", key.getEncoded());
    }

    private static byte[] magnitude(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static void assertAbsent(String what, byte[] secret, String where, byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String joined = text.replaceAll("\\s|\\\\n", "");
        assertThat(text.contains(new String(secret, StandardCharsets.ISO_8859_1)))
                .as("%s is in %s", what, where)
                .isFalse();
        for (String spelling : spellings(secret)) {
            assertThat(joined.contains(spelling)).as("%s is in %s", what, where).isFalse();
        }
    }

    /** In hexadecimal, decimal and base64, in which it may stand behind one or two other bytes. */
    private static List<String> spellings(byte[] secret) {
        List<String> spellings = new ArrayList<>(List.of(
                HexFormat.of().formatHex(secret),
                HexFormat.of().withUpperCase().formatHex(secret),
                HexFormat.ofDelimiter(":").formatHex(secret),
                new BigInteger(1, secret).toString()));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            // The first and the last letters depend on what stands beside it.
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            String inner = encoded.substring(before == 0 ? 0 : 4, encoded.length() - 2);
            spellings.add(inner);
            spellings.add(inner.replace('+', '-').replace('/', '_'));
        }
        return spellings;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void assertOwnersAlone(Path data) throws IOException {
        assertThat(permissions(data.resolve("authorities"))).isEqualTo("rwx------");
        assertThat(permissions(data.resolve("authorities.password"))).isEqualTo("rw-------");
        List<Path> keys = files(data.resolve("authorities"));
        assertThat(keys).hasSizeGreaterThan(8);
        for (Path key : keys) {
            assertThat(permissions(key)).as(key.toString()).isEqualTo("rw-------");
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
