package dev.muster.conformance.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Devices that get a certificate along with their hub, and their owner. Safe for any number of threads. */
public final class Onboarding {
    public static final String VERSION = "2025-07-01-preview";
    public static final String KEY =
            Base64.getEncoder().encodeToString("a key of 32 bytes, for each test".getBytes(StandardCharsets.US_ASCII));

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TestServer server;

    public Onboarding(TestServer server) {
        this.server = server;
    }

    /** A root, and below it the authority that issues to devices. */
    public void authority(String name, Duration validity) {
        create(name + "-root", Optional.empty(), validity);
        create(name, Optional.of(name + "-root"), validity);
    }

    private void create(String name, Optional<String> issuer, Duration validity) {
        IssuingRules rules = IssuingRules.defaults();
        server.authorities()
                .create(new AuthorityRegistry.Draft(
                        name,
                        issuer,
                        new AuthorityRegistry.Subject("Authority " + name, Optional.empty(), 0),
                        new AuthorityRegistry.KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                        new IssuingRules(validity, rules.keys(), rules.purposes(), rules.ids())));
    }

    /** An individual enrollment with {@link #KEY}. */
    public void enroll(String id, String further) throws IOException {
        assertThat(put("enrollments/" + id, individual(id, further)).status()).isEqualTo(200);
    }

    /** Puts another individual enrollment in the place of the one that is there. */
    public void enrollAnew(String id, String further) throws IOException {
        assertThat(put("enrollments/" + id, individual(id, further), "\nIf-Match: *")
                        .status())
                .isEqualTo(200);
    }

    private static String individual(String id, String further) {
        return "{\"registrationId\":\"" + id + "\",\"attestation\":{\"type\":\"symmetricKey\",\"symmetricKey\":"
                + "{\"primaryKey\":\"" + KEY + "\",\"secondaryKey\":\"" + KEY + "\"}}" + further + "}";
    }

    public static String issuedBy(String authority) {
        return ",\"credentialPolicyName\":\"" + authority + "\"";
    }

    /** Writes by the service API. */
    public Answer put(String path, String body) throws IOException {
        return put(path, body, "");
    }

    private Answer put(String path, String body, String headers) throws IOException {
        Map<String, String> parts = Arrays.stream(
                        server.controlPlane().provisioningConnectionString().split(";"))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
        String token = HubToken.of(TestServer.HOST, Objects.requireNonNull(parts.get("SharedAccessKey"))) + "&skn="
                + parts.get("SharedAccessKeyName");
        try (HttpPeer peer = HttpPeer.connect(server, TestPki.selfSigned("owner"))) {
            return peer.request(
                    "PUT",
                    "/" + path + "?api-version=2021-10-01",
                    "Content-Type: application/json\nAuthorization: " + token + headers,
                    body);
        }
    }

    /** A device's wish for a certificate, and the key that it is for. */
    public record Wish(String id, KeyPair keys) {
        public static Wish of(String id, KeyAlgorithm algorithm) {
            return new Wish(id, algorithm.generate(RANDOM));
        }

        public static Wish of(String id) {
            return of(id, KeyAlgorithm.EC_P256);
        }

        public String csr() {
            return Base64.getEncoder().encodeToString(Csr.of(id, keys).der());
        }

        public String body() {
            return "{\"registrationId\":\"" + id + "\",\"csr\":\"" + csr() + "\"}";
        }

        /** What the device has once the wish is granted: the certificates of a registration that is assigned. */
        public Device granted(JsonNode result) {
            assertThat(result.at("/status").asString()).as(result.toString()).isEqualTo("assigned");
            return with(result.at("/registrationState/issuedCertificateChain"));
        }

        public Device with(JsonNode chain) {
            List<Certificate> certificates = chain.values().stream()
                    .map(text -> Certificate.parse(Base64.getDecoder().decode(text.asString())))
                    .toList();
            assertThat(certificates).isNotEmpty();
            assertThat(certificates.getFirst().x509().getPublicKey()).isEqualTo(keys.getPublic());
            return new Device(certificates, keys.getPrivate());
        }
    }

    /** Over HTTPS, by {@link #KEY}. */
    public JsonNode registered(Wish wish) throws IOException {
        Answer accepted = register(wish.id(), wish.body());
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        return result(wish.id(), accepted.json().at("/operationId").asString());
    }

    public Answer register(String id, String body) throws IOException {
        return call(id, VERSION, Optional.empty(), "PUT", "/register", body);
    }

    public JsonNode result(String id, String operation) throws IOException {
        return call(id, VERSION, Optional.empty(), "GET", "/operations/" + operation, "")
                .json();
    }

    /** As {@link #result}, once others have done their part, too. */
    public JsonNode settled(String id, String operation) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            JsonNode result = result(id, operation);
            if (!result.at("/status").asString().equals("assigning")) {
                return result;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(id + " is still assigning");
    }

    /** Over HTTPS, with a client certificate and no token. */
    public Answer register(String id, Device device, String body) throws IOException {
        return call(id, VERSION, Optional.of(device), "PUT", "/register", body);
    }

    public JsonNode registered(Wish wish, Device device) throws IOException {
        Answer accepted = register(wish.id(), device, wish.body());
        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        String operation = accepted.json().at("/operationId").asString();
        return call(wish.id(), VERSION, Optional.of(device), "GET", "/operations/" + operation, "")
                .json();
    }

    public Answer call(String id, String version, Optional<Device> device, String method, String path, String body)
            throws IOException {
        String resource = "/" + server.idScope() + "/registrations/" + id;
        String token = device.isPresent()
                ? ""
                : "\nAuthorization: " + HubToken.of(resource.substring(1), KEY) + "&skn=registration";
        try (HttpPeer peer = new HttpPeer(TlsPeer.connect(server.trust().context(device), TestServer.HTTPS))) {
            return peer.request(
                    method,
                    resource + path + "?api-version=" + version,
                    "Content-Type: application/json" + token,
                    body);
        }
    }

    /** Connects to the hub over MQTT, presenting its certificate. */
    public MqttPeer hub(String deviceId, Device device) throws IOException {
        MqttPeer peer = MqttPeer.connect(server, device);
        peer.send(connect(deviceId).packet());
        return peer;
    }

    public static MqttPeer.Connect connect(String deviceId) {
        return new MqttPeer.Connect(
                deviceId, TestServer.HOST + "/" + deviceId + "/?api-version=2025-08-01-preview", null, true, 60);
    }

    public void assertConnects(String deviceId, Device device) throws IOException {
        try (MqttPeer peer = hub(deviceId, device)) {
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
        }
    }

    public void assertTurnedAway(String deviceId, Device device) throws IOException {
        try (MqttPeer peer = hub(deviceId, device)) {
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 5);
        }
    }
}
