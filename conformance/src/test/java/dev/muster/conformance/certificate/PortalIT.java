package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The portal CA's REST API as its public clients speak it (reference pki.md section c). */
final class PortalIT {
    private static final JsonMapper JSON = new JsonMapper();

    private static TestServer server;
    private static List<Certificate> authority;
    private static String owner;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.controlPlane().createAuthority("portal-root", Map.of());
        authority = server.controlPlane().createAuthority("portal-devices", Map.of("issuer", "portal-root"));
        owner = "Bearer " + TestServer.read(server.adminTokenFile()).strip();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Keys of clients, by what their tokens are signed with. */
    enum Token {
        RS256(KeyAlgorithm.RSA_2048, "SHA256withRSA"),
        ES256(KeyAlgorithm.EC_P256, "SHA256withECDSAinP1363Format"),
        ES384(KeyAlgorithm.EC_P384, "SHA384withECDSAinP1363Format");

        private final KeyAlgorithm key;
        private final String signature;

        Token(KeyAlgorithm key, String signature) {
            this.key = key;
            this.signature = signature;
        }

        String sign(Certificate certificate, KeyPair keys, Instant expires) throws GeneralSecurityException {
            return sign(certificate, keys, expires, "https://ezca.io");
        }

        String sign(Certificate certificate, KeyPair keys, Instant expires, Object audience)
                throws GeneralSecurityException {
            Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
            String text = base64.encodeToString(JSON.writeValueAsBytes(
                            Map.of("typ", "JWT", "alg", name(), "x5t", Thumbprint.sha1(certificate.der()))))
                    + "."
                    + base64.encodeToString(JSON.writeValueAsBytes(Map.of(
                            "aud",
                            audience,
                            "jti",
                            UUID.randomUUID().toString(),
                            "nbf",
                            expires.getEpochSecond() - 1800,
                            "exp",
                            expires.getEpochSecond())));
            Signature signing = Signature.getInstance(signature);
            signing.initSign(keys.getPrivate());
            signing.update(text.getBytes(StandardCharsets.US_ASCII));
            return "Bearer " + text + "." + base64.encodeToString(signing.sign());
        }
    }

    @ParameterizedTest
    @EnumSource(Token.class)
    void certificate_isRequestedForARegisteredName_andRenewedByItsHolder(Token token) throws Exception {
        String name = "portal-" + token.name().toLowerCase(java.util.Locale.ROOT);
        KeyPair keys = token.key.generate(new SecureRandom());
        String request = Csr.of(name, keys).pem();

        JsonNode early =
                post("/api/CA/RequestSSLCertificate", request(name, request)).json();
        JsonNode registered = post(
                        "/api/CA/RegisterNewDomain",
                        Map.of("CAID", authorityId(), "TemplateID", authorityId(), "Domain", name, "Owners", List.of()))
                .json();
        JsonNode issued =
                post("/api/CA/RequestSSLCertificate", request(name, request)).json();

        assertThat(early.at("/Success").asBoolean()).isFalse();
        assertThat(early.at("/Message").asString()).startsWith("Error").contains("RegisterNewDomain");
        assertThat(registered.at("/Success").asBoolean())
                .as(registered.toString())
                .isTrue();
        assertThat(issued.at("/Success").asBoolean()).as(issued.toString()).isTrue();
        Certificate certificate =
                Pem.certificates(issued.at("/Message").asString()).getFirst();
        assertThat(certificate.isSignedBy(authority.getFirst())).isTrue();

        KeyPair newKeys = token.key.generate(new SecureRandom());
        Map<String, Object> renewal = Map.of(
                "Certificate", Pem.write(certificate),
                "Payload", Map.of("CSR", Csr.of(name, newKeys).pem(), "ValidityInDays", 7));
        Instant soon = Instant.now().plusSeconds(1800);
        Answer renewed = send(
                "POST",
                "/api/Certificates/RenewCertificateV2",
                token.sign(certificate, keys, soon),
                Optional.of(renewal));
        Answer strange = send(
                "POST",
                "/api/Certificates/RenewCertificateV2",
                token.sign(certificate, newKeys, soon),
                Optional.of(renewal));
        Answer late = send(
                "POST",
                "/api/Certificates/RenewCertificateV2",
                token.sign(certificate, keys, Instant.now().minusSeconds(600)),
                Optional.of(renewal));

        assertThat(renewed.status()).as(renewed.body()).isEqualTo(200);
        assertThat(Pem.certificates(renewed.body()).getFirst().x509().getPublicKey())
                .isEqualTo(newKeys.getPublic());
        assertThat(List.of(strange, late)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).startsWith("Error");
        });
    }

    /** RFC 7519 sections 4.1.3 and 4.1.7. */
    @Test
    void token_isGoodOnce_andForThisServer() throws Exception {
        KeyPair keys = TestPki.newKeys();
        post("/api/CA/RegisterNewDomain", Map.of("CAID", authorityId(), "Domain", "portal-once"));
        Certificate certificate = Pem.certificates(post(
                                "/api/CA/RequestSSLCertificate",
                                request(
                                        "portal-once",
                                        Csr.of("portal-once", keys).pem()))
                        .json()
                        .at("/Message")
                        .asString())
                .getFirst();
        Map<String, Object> renewal = Map.of(
                "Certificate",
                Pem.write(certificate),
                "Payload",
                Map.of("CSR", Csr.of("portal-once", keys).pem()));
        Instant soon = Instant.now().plusSeconds(1800);
        String token = Token.ES256.sign(certificate, keys, soon);

        assertThat(renew(token, renewal)).isEqualTo(200);
        assertThat(renew(token, renewal)).isEqualTo(401);
        assertThat(renew(Token.ES256.sign(certificate, keys, soon, "https://" + TestServer.HOST + "/"), renewal))
                .isEqualTo(200);
        assertThat(renew(
                        Token.ES256.sign(
                                certificate, keys, soon, List.of("https://elsewhere.example", "localhost:443")),
                        renewal))
                .isEqualTo(200);
        assertThat(renew(Token.ES256.sign(certificate, keys, soon, "https://elsewhere.example"), renewal))
                .isEqualTo(401);
        assertThat(renew(Token.ES256.sign(certificate, keys, soon, 7), renewal)).isEqualTo(401);
        assertThat(renew(Token.ES256.sign(certificate, keys, soon.plusSeconds(100_000)), renewal))
                .isEqualTo(401);
    }

    private static int renew(String token, Map<String, Object> renewal) throws IOException {
        return send("POST", "/api/Certificates/RenewCertificateV2", token, Optional.of(renewal))
                .status();
    }

    @Test
    void chain_comesWithTheCertificate() throws Exception {
        post("/api/CA/RegisterNewDomain", Map.of("CAID", authorityId(), "Domain", "portal-chain"));
        for (String operation : List.of("RequestFullSSLCertificate", "RequestSSLCertificateV2")) {
            JsonNode issued = post(
                            "/api/CA/" + operation,
                            request(
                                    "portal-chain",
                                    Csr.of("portal-chain", TestPki.newKeys()).pem()))
                    .json();

            assertThat(List.of("IssuingCACertificate", "RootCertificate"))
                    .map(member ->
                            Pem.certificates(issued.at("/" + member).asString()).getFirst())
                    .isEqualTo(authority);
            assertThat(Pem.certificates(issued.at("/CertificatePEM").asString())
                            .getFirst()
                            .commonName())
                    .hasValue("portal-chain");
        }
    }

    @Test
    void certificate_isRevokedByItsHolderOrTheOwner_andNotRenewedThen() throws Exception {
        for (boolean holder : List.of(true, false)) {
            String name = "portal-revoked-" + holder;
            KeyPair keys = TestPki.newKeys();
            post("/api/CA/RegisterNewDomain", Map.of("CAID", authorityId(), "Domain", name));
            Certificate certificate = Pem.certificates(post(
                                    "/api/CA/RequestSSLCertificate",
                                    request(name, Csr.of(name, keys).pem()))
                            .json()
                            .at("/Message")
                            .asString())
                    .getFirst();
            Instant soon = Instant.now().plusSeconds(1800);

            Answer revoked = holder
                    ? send(
                            "GET",
                            "/api/Certificates/RevokeCertificate",
                            Token.ES256.sign(certificate, keys, soon),
                            Optional.empty())
                    : post(
                            "/api/CA/RevokeCertificateV2",
                            Map.of(
                                    "CAID", authorityId(),
                                    "TemplateID", authorityId(),
                                    "Thumbprint", Thumbprint.sha1(certificate.der())));
            Answer renewed = send(
                    "POST",
                    "/api/Certificates/RenewCertificateV2",
                    Token.ES256.sign(certificate, keys, soon),
                    Optional.of(Map.of(
                            "Certificate", Pem.write(certificate),
                            "Payload",
                                    Map.of(
                                            "CSR",
                                            Csr.of(name, TestPki.newKeys()).pem()))));

            assertThat(revoked.json().at("/Success").asBoolean())
                    .as(revoked.body())
                    .isTrue();
            assertThat(renewed.status()).as(renewed.body()).isEqualTo(401);
        }
    }

    @Test
    void mistakes_areSaidInTheAnswer() throws Exception {
        assertThat(send("GET", "/api/CA/GetAvailableSSLCAs", "Bearer wrong", Optional.empty())
                        .status())
                .isEqualTo(401);
        assertThat(List.of(
                        post("/api/CA/RegisterNewDomain", Map.of("CAID", "nobody", "Domain", "x")),
                        post("/api/CA/RequestSSLCertificate", Map.of("CAID", authorityId())),
                        post("/api/CA/RequestSSLCertificate", request("x", "no request"))))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.json().at("/Success").asBoolean()).isFalse();
                    assertThat(answer.json().at("/Message").asString()).startsWith("Error: ");
                });
    }

    private static String authorityId() throws IOException {
        return send("GET", "/api/CA/GetAvailableSSLCAs", owner, Optional.empty()).json().values().stream()
                .filter(it -> it.at("/CAFriendlyName").asString().equals("portal-devices"))
                .map(it -> it.at("/CAID").asString())
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> request(String name, String request) throws IOException {
        return Map.of(
                "SubjectName",
                "CN=" + name,
                "SubjectAltNames",
                List.of(name),
                "CAID",
                authorityId(),
                "TemplateID",
                authorityId(),
                "CSR",
                request,
                "ValidityInDays",
                10,
                "EKUs",
                List.of("1.3.6.1.5.5.7.3.2"),
                "KeyUsages",
                List.of("Key Encipherment", "Digital Signature"),
                "SelectedLocation",
                "IoT Device",
                "AutoRenew",
                false);
    }

    private static Answer post(String path, Map<String, Object> body) throws IOException {
        return send("POST", path, owner, Optional.of(body));
    }

    private static Answer send(String method, String path, String authorization, Optional<Map<String, Object>> body)
            throws IOException {
        try (HttpPeer peer =
                new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS))) {
            return peer.request(
                    method,
                    path,
                    "Authorization: " + authorization + "\nContent-Type: application/json",
                    body.map(JSON::writeValueAsString).orElse(""));
        }
    }
}
