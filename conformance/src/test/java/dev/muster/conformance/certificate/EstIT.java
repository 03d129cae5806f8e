package dev.muster.conformance.certificate;

import static dev.muster.conformance.certificate.EstClients.basic;
import static dev.muster.conformance.certificate.EstClients.certificates;
import static dev.muster.conformance.certificate.EstClients.issued;
import static dev.muster.conformance.certificate.EstClients.password;
import static dev.muster.conformance.certificate.EstClients.pkcs10;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.ProvisioningStatus;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.X509Attestation;
import dev.muster.base.SymmetricKey;
import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.est.CSRAttributesResponse;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Enrollment over Secure Transport with clients of others: Bouncy Castle's, strongSwan's {@code pki}, and the requests
 * of Azure IoT Edge's {@code aziot-certd} byte for byte.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7030">RFC 7030</a>
 */
final class EstIT {
    private static final String KEY = Onboarding.KEY;
    private static final String BASE = "/.well-known/est/";

    private static TestServer server;
    private static List<Certificate> authority;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.controlPlane().createAuthority("roots", Map.of());
        authority = server.controlPlane().createAuthority("devices", Map.of("issuer", "roots"));
        server.controlPlane()
                .createAuthority(
                        "strong", Map.of("issuer", "roots", "rules", Map.of("keyAlgorithms", List.of("ec-p384"))));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void bouncyCastle_enrollsAndReenrolls() throws Exception {
        enroll("est-bc");
        KeyPair keys = TestPki.newKeys();
        Csr request = Csr.of("est-bc", keys);

        Certificate issued =
                issued(client(Optional.empty()).simpleEnroll(false, pkcs10(request), password("est-bc", KEY)));

        assertThat(issued.commonName()).hasValue("est-bc");
        assertThat(issued.x509().getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(issued.isSignedBy(authority.getFirst())).isTrue();
        assertThat(certificates(client(Optional.empty())
                        .getCACerts()
                        .getCertificateStore()
                        .getMatches(null)))
                .containsExactlyInAnyOrderElementsOf(authority);

        Device device =
                new Device(Stream.concat(Stream.of(issued), authority.stream()).toList(), keys.getPrivate());
        KeyPair newKeys = TestPki.newKeys();
        Certificate renewed =
                issued(client(Optional.of(device)).simpleEnroll(true, pkcs10(Csr.of("est-bc", newKeys)), null));

        assertThat(renewed.x509().getPublicKey()).isEqualTo(newKeys.getPublic());
        assertThat(renewed).isNotEqualTo(issued);
    }

    @Test
    void bouncyCastle_isToldWhyItIsRefused() throws Exception {
        enroll("est-wrong");
        PKCS10CertificationRequest request = pkcs10(Csr.of("est-wrong", TestPki.newKeys()));
        String other = SymmetricKey.of(new byte[32]).base64();

        assertThatThrownBy(() -> client(Optional.empty()).simpleEnroll(false, request, password("est-wrong", other)))
                .isInstanceOf(ESTException.class);
        assertThat(server.controlPlane()
                        .attempts("est-wrong")
                        .getFirst()
                        .at("/explanation/rule")
                        .asString())
                .contains("neither the primary nor the secondary key");
    }

    @Test
    void strongSwan_enrollsAndReenrolls() throws Exception {
        enroll("est-swan");
        KeyPair keys = TestPki.newKeys();
        Path directory = clients().strongSwanDirectory("est-swan", keys, authority);

        assertDone(clients().strongSwan(directory, "new.der", "--userpass est-swan:" + KEY));
        assertDone(clients().strongSwan(directory, "renewed.der", "--cert new.der --key key.pem"));

        Certificate issued = Certificate.parse(Files.readAllBytes(directory.resolve("new.der")));
        Certificate renewed = Certificate.parse(Files.readAllBytes(directory.resolve("renewed.der")));
        assertThat(issued.commonName()).hasValue("est-swan");
        assertThat(renewed.isSignedBy(authority.getFirst())).isTrue();
        assertThat(renewed).isNotEqualTo(issued);
    }

    /** What aziot-certd does: both requests with the same credentials, and nothing but 200 is success. */
    @Test
    void iotEdge_getsItsCertificateAndTheAuthoritiesAtOnce() throws Exception {
        enroll("est-edge");
        String credentials = basic("est-edge", KEY);
        String request = Base64.getMimeEncoder()
                .encodeToString(Csr.of("est-edge", TestPki.newKeys()).der());
        try (HttpPeer peer = stranger();
                HttpPeer other = stranger()) {
            Answer enrolled = peer.request(
                    "POST",
                    BASE + "devices/simpleenroll",
                    credentials + "\nContent-Type: application/pkcs10\nContent-Transfer-Encoding: base64",
                    request);
            Answer authorities = other.request("GET", BASE + "devices/cacerts", credentials, "");

            for (Answer answer : List.of(enrolled, authorities)) {
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.header("content-type")).isEqualTo("application/pkcs7-mime; smime-type=certs-only");
            }
        }
    }

    @Test
    void groupOfDevices_hasKeysDerivedFromTheGroups() throws Exception {
        assertThat(new Onboarding(server)
                        .put(
                                "enrollmentGroups/est-group",
                                "{\"enrollmentGroupId\":\"est-group\",\"attestation\":{\"type\":\"symmetricKey\","
                                        + "\"symmetricKey\":{\"primaryKey\":\"" + KEY + "\",\"secondaryKey\":\"" + KEY
                                        + "\"}}" + Onboarding.issuedBy("devices") + "}")
                        .status())
                .isEqualTo(200);
        String own = new SymmetricKey(KEY).derive("est-member").base64();

        Certificate issued = issued(client(Optional.empty())
                .simpleEnroll(false, pkcs10(Csr.of("est-member", TestPki.newKeys())), password("est-member", own)));

        assertThat(issued.commonName()).hasValue("est-member");
    }

    @Test
    void disabledEnrollment_refuses() throws Exception {
        Device device = TestPki.selfSigned("est-disabled");
        IndividualEnrollment enrollment = new IndividualEnrollment(
                "est-disabled", X509Attestation.createFromClientCertificates(Pem.write(device.leaf())));
        enrollment.setProvisioningStatus(ProvisioningStatus.DISABLED);
        server.enrollments().createOrUpdateIndividualEnrollment(enrollment);
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer answer = enroll(peer, Csr.of("est-disabled", TestPki.newKeys()));

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("content-type")).startsWith("text/plain");
            assertThat(answer.body()).contains("disabled");
        }
    }

    /** What another authority issues could let the device into a group that it does not belong to. */
    @Test
    void enrollmentThatNamesNoAuthority_hasNone() throws Exception {
        Device device = TestPki.selfSigned("est-unnamed");
        server.enrollments()
                .createOrUpdateIndividualEnrollment(new IndividualEnrollment(
                        "est-unnamed", X509Attestation.createFromClientCertificates(Pem.write(device.leaf()))));
        enroll("est-named");
        try (HttpPeer peer = HttpPeer.connect(server, device);
                HttpPeer named = stranger()) {
            Answer unnamed = enroll(peer, Csr.of("est-unnamed", TestPki.newKeys()));
            Answer other =
                    named.request("POST", BASE + "strong/simpleenroll", basic("est-named", KEY), base64("est-named"));

            assertThat(unnamed.status()).isEqualTo(403);
            assertThat(unnamed.body()).contains("No certificate authority");
            assertThat(other.status()).isEqualTo(403);
        }
    }

    @Test
    void requestThatCannotBeMet_isAnsweredWithWhatToDo() throws Exception {
        Device device = TestPki.selfSigned("est-mistaken");
        enroll("est-mistaken", device);
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            assertThat(enroll(peer, Csr.of("another", TestPki.newKeys())).body())
                    .contains("make the request for CN=est-mistaken");
            assertThat(peer.request("POST", BASE + "devices/simpleenroll", "", "no request")
                            .status())
                    .isEqualTo(400);
            assertThat(peer.request("POST", BASE + "nobody/simpleenroll", "", base64("est-mistaken"))
                            .status())
                    .isEqualTo(404);
            assertThat(peer.request("POST", BASE + "devices/simpleenroll", "Content-Type: text/html", "<html>")
                            .body())
                    .contains("application/pkcs10");
            assertThat(peer.request("POST", BASE + "devices/simpleenroll", "", "A".repeat(30_000))
                            .status())
                    .isEqualTo(413);
        }
    }

    @Test
    void renewal_isForTheNamesOfTheCertificateThatAuthenticatesIt() throws Exception {
        Device device = TestPki.selfSigned("est-renewing");
        enroll("est-renewing", device);
        String other = base64("EST-renewing-not");
        String same = base64("est-renewing");
        try (HttpPeer peer = HttpPeer.connect(server, device);
                HttpPeer stranger = stranger()) {
            String operation = BASE + "devices/simplereenroll";

            assertThat(peer.request("POST", operation, "", other).status()).isEqualTo(400);
            assertThat(peer.request("POST", operation, "", same).status()).isEqualTo(200);
            assertThat(stranger.request("POST", operation, "", same).status()).isEqualTo(401);
        }
    }

    @Test
    void serverkeygen_makesAKeyForTheDevice() throws Exception {
        enroll("est-keyless");
        EnrollmentResponse response = client(Optional.empty())
                .simpleEnrollWithServersideCreation(
                        pkcs10(Csr.of("est-keyless", TestPki.newKeys())), password("est-keyless", KEY));

        Certificate certificate = issued(response);
        PrivateKey key = Pem.privateKey(
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(response.getPrivateKeyInfo().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n",
                Optional.empty());
        try (HttpPeer peer = HttpPeer.connect(server, new Device(List.of(certificate), key))) {
            assertThat(enroll(peer, Csr.of("est-keyless", TestPki.newKeys())).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void csrattrs_nameTheKeysThatTheAuthorityTakes() throws Exception {
        CSRAttributesResponse wanted = clients()
                .bouncyCastle("strong", Optional.empty())
                .getCSRAttributes()
                .getAttributesResponse();

        assertThat(wanted.getRequirements()).containsExactly(X9ObjectIdentifiers.id_ecPublicKey);
        try (HttpPeer peer = stranger()) {
            assertThat(peer.request("GET", BASE + "devices/csrattrs", "", "").status())
                    .isEqualTo(204);
        }
    }

    @Test
    void stranger_isAskedForAPassword_butMayKnowTheAuthorities() throws Exception {
        try (HttpPeer peer = stranger()) {
            Answer refused = enroll(peer, Csr.of("est-stranger", TestPki.newKeys()));

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("www-authenticate")).startsWith("Basic realm=");
            assertThat(peer.request("GET", BASE + "devices/cacerts", "", "").status())
                    .isEqualTo(200);
            assertThat(peer.request("GET", BASE + "cacerts", "Authorization: Basic !", "")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static void enroll(String id) throws IOException {
        new Onboarding(server).enroll(id, Onboarding.issuedBy("devices"));
    }

    private static void enroll(String id, Device device) throws IOException {
        String attestation = "{\"type\":\"x509\",\"x509\":{\"clientCertificates\":{\"primary\":{\"certificate\":\""
                + Base64.getEncoder().encodeToString(device.leaf().der()) + "\"}}}}";
        assertThat(new Onboarding(server)
                        .put(
                                "enrollments/" + id,
                                "{\"registrationId\":\"" + id + "\",\"attestation\":" + attestation
                                        + Onboarding.issuedBy("devices") + "}")
                        .status())
                .isEqualTo(200);
    }

    private static Answer enroll(HttpPeer peer, Csr request) throws IOException {
        return peer.request(
                "POST",
                BASE + "devices/simpleenroll",
                "Content-Type: application/pkcs10",
                Base64.getEncoder().encodeToString(request.der()));
    }

    private static String base64(String name) {
        return Base64.getEncoder()
                .encodeToString(Csr.of(name, TestPki.newKeys()).der());
    }

    private static HttpPeer stranger() throws IOException {
        return new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS));
    }

    private static ESTService client(Optional<Device> device) {
        return clients().bouncyCastle("devices", device);
    }

    private static EstClients clients() {
        return new EstClients(server);
    }

    private static void assertDone(Program.Result result) {
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}
