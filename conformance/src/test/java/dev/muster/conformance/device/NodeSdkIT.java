package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import dev.muster.conformance.harness.ControlPlane;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.Program.Result;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official Node SDK's device and service clients, as programs of their own that trust the server by
 * {@code NODE_EXTRA_CA_CERTS}.
 *
 * @see <a href="https://github.com/Azure/azure-iot-sdk-node">Azure IoT SDK for Node.js</a>
 */
class NodeSdkIT {
    private static final JsonMapper JSON = new JsonMapper();

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** The chain is whatever the PEM file holds (reference 8.1). */
    @ParameterizedTest
    @ValueSource(strings = {"http", "mqtt", "mqtt-ws", "amqp", "amqp-ws"})
    void deviceOfAGroup_isAssigned(String transport) throws Exception {
        Authority root = TestPki.root("Node Root " + transport);
        new Enrolling(server).verifiedGroup("node-" + transport, root);
        Device device =
                root.intermediate("Plant").device("node-device-" + transport).presenting(2);

        Result result = register(transport, device);

        assertThat(result.exitCode()).as(result.output()).isZero();
        JsonNode state = JSON.readTree(result.output());
        assertThat(state.at("/assignedHub").asString()).isEqualTo(TestServer.HOST);
        assertThat(state.at("/deviceId").asString()).isEqualTo("node-device-" + transport);
    }

    /** Mapped by the status, the body going along (reference 3.4, 5.3); over AMQP as it came (reference 7.5). */
    @ParameterizedTest
    @ValueSource(strings = {"http", "mqtt", "mqtt-ws", "amqp", "amqp-ws"})
    void unknownDevice_isUnauthorized(String transport) throws Exception {
        Result result = register(transport, TestPki.selfSigned("node-stranger-" + transport));

        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        assertThat(JSON.readTree(result.output()).at("/error").asString())
                .isEqualTo(transport.startsWith("amqp") ? "amqp:unauthorized-access" : "UnauthorizedError");
    }

    /** Node signs its resource as it is, slashes and all (reference 8.2). */
    @ParameterizedTest
    @ValueSource(strings = {"http", "mqtt", "mqtt-ws", "amqp", "amqp-ws"})
    void deviceWithASymmetricKey_isAssigned(String transport) throws Exception {
        String id = "Node-Key-" + transport;
        SymmetricKeyAttestation keys = (SymmetricKeyAttestation) server.enrollments()
                .createOrUpdateIndividualEnrollment(new IndividualEnrollment(id, new SymmetricKeyAttestation("", "")))
                .getAttestation();

        Result result = registerByKey(transport, id, keys.getSecondaryKey());

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(JSON.readTree(result.output()).at("/deviceId").asString()).isEqualTo(id);
        assertThat(JSON.readTree(registerByKey(transport, "node-unknown", keys.getPrimaryKey())
                                .output())
                        .at("/error")
                        .asString())
                .isEqualTo(transport.startsWith("amqp") ? "amqp:unauthorized-access" : "UnauthorizedError");
    }

    /** The certificate that registered lets the device into its hub; properties come escaped (hub reference 1.4). */
    @Test
    void provisionedDevice_sendsTelemetry() throws Exception {
        Device device = TestPki.selfSigned("node-telemetry");
        new Enrolling(server).individual(device);
        assertThat(register("http", device).exitCode()).isZero();

        Result result = node(device, "telemetry.js", TestServer.HOST, "node-telemetry", "{\"pressure\":1}");

        assertThat(result.exitCode()).as(result.output()).isZero();
        List<JsonNode> events = server.controlPlane().events("node-telemetry");
        assertThat(events).hasSize(1);
        JsonNode event = events.getFirst();
        assertThat(ControlPlane.bodyOf(event)).isEqualTo("{\"pressure\":1}");
        assertThat(event.get("properties").get("a b").asString()).isEqualTo("c/d");
        assertThat(event.at("/systemProperties/message-id").asString()).isEqualTo("message 1");
        assertThat(event.at("/systemProperties/content-type").asString()).isEqualTo("application/json");
    }

    /** Create, read, update by etag, list two at a time, delete (service reference 2.3 to 2.5 has Node's ways). */
    @Test
    void serviceClient_managesGroups() throws Exception {
        Path directory = server.directory("groups");
        Files.writeString(
                directory.resolve("ca.pem"),
                Pem.write(TestPki.root("Node Group Root").certificate()));
        for (int number = 0; number < 3; number++) {
            new Enrolling(server).group("node-neighbor-" + number, TestPki.root("Neighbor " + number));
        }

        Result result =
                node(directory, "groups.js", server.controlPlane().provisioningConnectionString(), "node-group");

        assertThat(result.exitCode()).as(result.output()).isZero();
        JsonNode seen = JSON.readTree(result.output());
        assertThat(seen.at("/created/etag").asString()).isNotBlank();
        assertThat(seen.at("/updated/provisioningStatus").asString()).isEqualTo("disabled");
        assertThat(seen.at("/listed").valueStream().map(JsonNode::asString))
                .contains("node-group", "node-neighbor-0", "node-neighbor-1", "node-neighbor-2")
                .doesNotHaveDuplicates();
        assertThat(seen.at("/missing").asString()).isEqualTo("Not found");
    }

    private static Result register(String transport, Device device) throws Exception {
        return node(device, "register.js", transport, TestServer.HOST, server.idScope(), device.registrationId());
    }

    private static Result registerByKey(String transport, String id, String key) throws Exception {
        Path directory = server.directory("node");
        Files.writeString(directory.resolve("symmetric.key"), key);
        return node(directory, "register.js", transport, TestServer.HOST, server.idScope(), id);
    }

    private static Result node(Device device, String script, String... arguments) throws Exception {
        Path directory = server.directory("node");
        device.writeTo(directory);
        return node(directory, script, arguments);
    }

    private static Result node(Path directory, String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "node", Path.of("target", "node", script).toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return Program.run(
                directory,
                // The SDK's AMQP client uses what Node has come to warn of.
                Map.of("NODE_EXTRA_CA_CERTS", server.authorityCertificate().toString(), "NODE_NO_WARNINGS", "1"),
                command);
    }
}
