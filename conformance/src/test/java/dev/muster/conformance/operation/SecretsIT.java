package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceClientException;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.TpmAttestation;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.SoftwareTpm;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.harness.TpmProvider;
import dev.muster.conformance.peer.AmqpPeer;
import dev.muster.conformance.peer.AmqpProvisioning;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.conformance.peer.TlsPeer;
import dev.muster.conformance.peer.WebSocketPeer;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever devices, owners and strangers do, in the right place or the wrong one: no key, token or password comes back
 * in an answer that is not meant to carry it, in the record of attempts, or in the log at its most talkative.
 */
class SecretsIT {
    private static final String VERSION = "?api-version=2019-03-31";
    private static final String STRANGE_KEY = Base64.getEncoder().encodeToString(new byte[48]);

    /** Everything, but for the packets that Netty could be told to print. */
    private static final String TALKATIVE = """
            <configuration>
              <appender name="all" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level %logger %msg%n%ex</pattern></encoder>
              </appender>
              <logger name="dev.muster" level="TRACE"/>
              <root level="DEBUG"><appender-ref ref="all"/></root>
            </configuration>
            """;

    /** By what they are, for the message of a test that fails. */
    private final Map<String, String> secrets = new LinkedHashMap<>();

    private final List<String> answers = new ArrayList<>();

    @Test
    void secrets_stayWhereTheyBelong() throws Exception {
        Path directory = TestServer.newDirectory();
        Path logging = Files.writeString(directory.resolve("logback.xml"), TALKATIVE);
        ServerProcess process =
                ServerProcess.start(directory, List.of(), "-Dlogback.configurationFile=" + logging.toUri());
        try (SoftwareTpm tpm = SoftwareTpm.start(directory)) {
            TestServer server = process.server();
            collectServersOwn(directory.resolve("data"), server);
            registerByKeys(server);
            registerByTpm(server, tpm);
            registerByCertificate(server);
            misplaceTokens(server);
            askTheHub(server);
            misplaceKeysAsOwner(server);

            assertThat(process.output()).contains("dev.muster.server", "refused");
            assertNoneIn("the log", process.output());
            List<String> attempts = server.controlPlane().attempts().stream()
                    .map(Object::toString)
                    .toList();
            assertThat(attempts).hasSizeGreaterThan(20);
            assertNoneIn("the record of attempts", String.join("\n", attempts));
            assertNoneIn("the answers", String.join("\n", answers));
        } finally {
            process.kill();
        }
    }

    private void collectServersOwn(Path data, TestServer server) throws IOException {
        keep(
                "administrator's token",
                Files.readString(data.resolve("admin.token")).strip());
        keep("key of the service's policy", keyOf(server.controlPlane().provisioningConnectionString()));
        keep("key of the hub's policy", keyOf(server.controlPlane().hubConnectionString()));
        try (Stream<Path> files = Files.list(data)) {
            for (Path file :
                    files.filter(file -> file.toString().contains("key")).toList()) {
                // Every line of a PEM file is enough to betray it; the first is the same for all keys.
                Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("-----"))
                        .skip(1)
                        .forEach(line -> keep(file.getFileName() + " of the server", line));
            }
        }
        assertThat(secrets).hasSizeGreaterThan(3);
    }

    private void registerByKeys(TestServer server) throws Exception {
        for (Transport transport : Transport.values()) {
            String id = "secret-device-" + transport;
            SymmetricKeyAttestation keys = individual(server, id);
            keep("primary key of " + id, keys.getPrimaryKey());
            keep("secondary key of " + id, keys.getSecondaryKey());
            String good = token(server, id, keys.getPrimaryKey());
            String wrong = token(server, id, STRANGE_KEY);
            assertThat(register(server, transport, id, good)).contains("operationId");
            assertThat(register(server, transport, id, wrong)).contains("401002");

            String groupId = "secret-group-" + transport;
            new Enrolling(server).group(groupId, new SymmetricKeyAttestation("", ""));
            String groupKey = ((SymmetricKeyAttestation) server.enrollments()
                            .getEnrollmentGroupAttestationMechanism(groupId)
                            .getAttestation())
                    .getPrimaryKey();
            keep("key of " + groupId, groupKey);
            String derived = SdkDevice.derivedKey(groupKey, "member-" + transport);
            keep("derived key of member-" + transport, derived);
            assertThat(register(
                            server, transport, "member-" + transport, token(server, "member-" + transport, derived)))
                    .contains("operationId");
        }
    }

    /** By the SDK, which does the whole exchange: what the server says to it is sealed for the TPM. */
    private void registerByTpm(TestServer server, SoftwareTpm tpm) throws Exception {
        for (var protocol : List.of(
                ProvisioningDeviceClientTransportProtocol.HTTPS, ProvisioningDeviceClientTransportProtocol.AMQPS)) {
            String id = "secret-tpm-" + protocol;
            server.enrollments()
                    .createOrUpdateIndividualEnrollment(new IndividualEnrollment(
                            id, new TpmAttestation(Base64.getEncoder().encodeToString(tpm.endorsementKey()))));
            SdkDevice.register(protocol, server.idScope(), new TpmProvider(tpm, id));
            keep("hub key of " + id, server.registry().getDevice(id).getPrimaryKey());
            try {
                SdkDevice.register(protocol, server.idScope(), new TpmProvider(tpm, "unknown-" + id));
            } catch (ProvisioningDeviceClientException refused) {
                answers.add(refused.toString());
            }
        }
    }

    private void registerByCertificate(TestServer server) throws Exception {
        Device device = TestPki.selfSigned("secret-leaf");
        new Enrolling(server).individual(device);
        keep(
                "the device's own key",
                Base64.getEncoder().encodeToString(device.key().getEncoded()));
        for (Device each : List.of(device, TestPki.selfSigned("unknown-leaf"))) {
            try (HttpPeer peer = HttpPeer.connect(server, each)) {
                answers.add(peer.request("PUT", registration(server, each.registrationId()) + VERSION, "", "{}")
                        .toString());
            }
        }
    }

    /** Where a name belongs, in a body, cut short: in every place in which somebody once put a token. */
    private void misplaceTokens(TestServer server) throws Exception {
        String id = "secret-misplaced";
        String key = individual(server, id).getPrimaryKey();
        keep("primary key of " + id, key);
        String token = token(server, id, key);
        for (Transport transport : Transport.values()) {
            register(server, transport, id, token.replace("SharedAccess", "Shared"));
            register(server, transport, id, token.replace("&se=", "&es="));
            register(server, transport, id, "HostName=h;DeviceId=" + id + ";SharedAccessKey=" + key);
            register(server, transport, id, key);
        }
        try (MqttPeer peer = mqtt(server, Transport.MQTT)) {
            peer.send(new MqttPeer.Connect(id, token, id, true, 60).packet());
            answers.add(peer.next().toString());
        }
        try (AmqpPeer peer = amqp(server, Transport.AMQP)) {
            AmqpProvisioning.assertOutcome(peer, "PLAIN", "\0" + token + "\0" + id, (byte) 1);
        }
        try (HttpPeer peer = http(server)) {
            String body = "{\"registrationId\":\"" + id + "\",\"token\":" + key + "}";
            answers.add(peer.request("PUT", registration(server, id) + VERSION, "", body)
                    .toString());
            answers.add(
                    peer.request("PUT", registration(server, id) + VERSION + "&" + token.replace(' ', '+'), "", "{}")
                            .toString());
        }
    }

    private void askTheHub(TestServer server) throws Exception {
        String id = "secret-device-MQTT";
        String resource = TestServer.HOST + "/devices/" + id;
        String key = server.registry().getDevice(id).getPrimaryKey();
        for (String password : List.of(
                HubToken.of(resource, key), HubToken.of(resource, STRANGE_KEY), key, "SharedAccessKey=" + key)) {
            keep("signature for the hub " + password.length(), signature(password));
            try (MqttPeer peer = mqtt(server, Transport.MQTT)) {
                peer.send(new MqttPeer.Connect(
                                id, TestServer.HOST + "/" + id + "/?api-version=2021-04-12", password, true, 60)
                        .packet());
                answers.add(peer.next().toString());
            }
        }
    }

    /** The control plane and the service API, with the wrong secret in the right place and the reverse. */
    private void misplaceKeysAsOwner(TestServer server) throws Exception {
        String key = Base64.getEncoder().encodeToString("an owner's key, 1".getBytes(StandardCharsets.UTF_8));
        keep("key that the owner chose", key);
        String bearer = "Authorization: Bearer " + kept("administrator's token");
        String owner = "Authorization: "
                + HubToken.of(TestServer.HOST, kept("key of the service's policy"))
                + "&skn=provisioningserviceowner";
        keep("the owner's signature", signature(owner));
        try (HttpPeer peer = http(server)) {
            for (String body : List.of(
                    enrollment("\"" + key + "!\""),
                    enrollment(key),
                    enrollment("[\"" + key + "\"]"),
                    enrollment("{\"" + key + "\":1}"))) {
                answers.add(peer.request("PUT", "/enrollments/chosen?api-version=2021-10-01", owner, body)
                        .toString());
            }
            for (String path : List.of(
                    "/enrollments/secret-misplaced",
                    "/enrollmentGroups/secret-group-HTTPS",
                    "/muster/status",
                    "/registrations/secret-device-HTTPS",
                    "/muster/attempts",
                    "/nowhere/" + "x")) {
                answers.add(peer.request("GET", path + "?api-version=2021-10-01", owner, "")
                        .toString());
                answers.add(peer.request("GET", path + "?api-version=2021-10-01", bearer, "")
                        .toString());
                answers.add(peer.request("GET", path + "?api-version=2021-10-01", bearer + "x", "")
                        .toString());
            }
        }
    }

    private static String enrollment(String primaryKey) {
        return "{\"registrationId\":\"chosen\",\"attestation\":{\"type\":\"symmetricKey\",\"symmetricKey\":"
                + "{\"primaryKey\":" + primaryKey + ",\"secondaryKey\":\"\"}}}";
    }

    private String kept(String what) {
        return Objects.requireNonNull(secrets.get(what));
    }

    private void keep(String what, String secret) {
        if (!secret.isEmpty()) {
            secrets.put(what, secret);
        }
    }

    /** As each secret may have been written down. */
    private void assertNoneIn(String where, String text) {
        secrets.forEach((what, secret) -> assertThat(text)
                .as(what + " in " + where)
                .doesNotContain(
                        secret,
                        URLEncoder.encode(secret, StandardCharsets.UTF_8),
                        Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8))));
    }

    /** What carries a registration. */
    private enum Transport {
        HTTPS,
        MQTT,
        MQTT_WS,
        AMQP,
        AMQP_WS
    }

    /** Registers, and returns the answer. */
    private String register(TestServer server, Transport transport, String id, String token) throws Exception {
        keep("signature " + secrets.size(), signature(token));
        String answer = switch (transport) {
            case HTTPS -> {
                try (HttpPeer peer = http(server)) {
                    yield peer.request(
                                    "PUT",
                                    registration(server, id) + VERSION,
                                    "Authorization: " + token,
                                    "{\"registrationId\":\"" + id + "\"}")
                            .toString();
                }
            }
            case MQTT, MQTT_WS -> {
                try (MqttPeer peer = mqtt(server, transport)) {
                    String name = new MqttProvisioning(server).userName(id);
                    peer.send(new MqttPeer.Connect(id, name, token, true, 60).packet());
                    MqttProvisioning.assertAccepted(peer);
                    MqttProvisioning.subscribe(peer, 1);
                    peer.send(MqttPeer.publish(0, 0, MqttPeer.REGISTER + "1", ""));
                    MqttPeer.Packet packet = peer.expect(MqttPeer.PUBLISH);
                    yield packet.topic() + " " + packet.json();
                }
            }
            case AMQP, AMQP_WS -> {
                try (AmqpPeer peer = amqp(server, transport)) {
                    AmqpProvisioning devices = new AmqpProvisioning(server);
                    AmqpProvisioning.assertOutcome(peer, "PLAIN", devices.plain(id, token), (byte) 0);
                    yield devices.registered(peer, id);
                }
            }
        };
        answers.add(answer);
        return answer;
    }

    private static HttpPeer http(TestServer server) throws IOException {
        return new HttpPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.HTTPS));
    }

    private static MqttPeer mqtt(TestServer server, Transport transport) throws IOException {
        return new MqttPeer(
                transport == Transport.MQTT_WS
                        ? WebSocketPeer.open(server, TestPki.selfSigned("secretive"), "mqtt")
                        : TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.MQTT));
    }

    private static AmqpPeer amqp(TestServer server, Transport transport) throws IOException {
        return new AmqpPeer(
                transport == Transport.AMQP_WS
                        ? WebSocketPeer.open(server, TestPki.selfSigned("secretive"), "AMQPWSB10")
                        : TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.AMQP));
    }

    private static SymmetricKeyAttestation individual(TestServer server, String id) throws Exception {
        return (SymmetricKeyAttestation) server.enrollments()
                .createOrUpdateIndividualEnrollment(new IndividualEnrollment(id, new SymmetricKeyAttestation("", "")))
                .getAttestation();
    }

    private static String registration(TestServer server, String id) {
        return "/" + server.idScope() + "/registrations/" + id + "/register";
    }

    private static String token(TestServer server, String id, String key) {
        return HubToken.of(server.idScope() + "/registrations/" + id, key);
    }

    /** Of a token, in base64; of anything else, nothing. */
    private static String signature(String token) {
        Matcher matcher = Pattern.compile("sig=([^&]+)").matcher(token);
        return matcher.find() ? URLDecoder.decode(matcher.group(1), StandardCharsets.UTF_8) : "";
    }

    private static String keyOf(String connectionString) {
        return connectionString.replaceFirst(".*SharedAccessKey=", "");
    }
}
