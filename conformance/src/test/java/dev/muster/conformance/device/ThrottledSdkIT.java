package dev.muster.conformance.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import dev.muster.conformance.harness.EachTransport;
import dev.muster.conformance.harness.Program;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.MqttProvisioning;
import dev.muster.registration.Throttle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * The official SDKs where more devices want to register than may. Most of them take a 429 for the end (reference 3.4),
 * so their requests are kept waiting, and they succeed.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ThrottledSdkIT {
    private static final int PER_MINUTE = 12;
    private static final Duration TURN = Duration.ofMinutes(1).dividedBy(PER_MINUTE);

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(new Throttle.Limits(Optional.of(PER_MINUTE), Optional.of(PER_MINUTE)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @EachTransport
    void javaSdk_waitsAndIsAssigned(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Device device = new MqttProvisioning(server).enrolled("patient-java-" + protocol);
        useUpTheLimit();

        long begin = System.nanoTime();
        ProvisioningDeviceClientRegistrationResult result = SdkDevice.register(protocol, server.idScope(), device);

        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(TURN.dividedBy(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "mqtt", "amqp"})
    void nodeSdk_waitsAndIsAssigned(String transport) throws Exception {
        Device device = new MqttProvisioning(server).enrolled("patient-node-" + transport);
        Path directory = server.directory("node");
        device.writeTo(directory);
        useUpTheLimit();

        Program.Result result = Program.run(
                directory,
                Map.of("NODE_EXTRA_CA_CERTS", server.authorityCertificate().toString(), "NODE_NO_WARNINGS", "1"),
                List.of(
                        "node",
                        Path.of("target", "node", "register.js")
                                .toAbsolutePath()
                                .toString(),
                        transport,
                        TestServer.HOST,
                        server.idScope(),
                        device.registrationId()));

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(new JsonMapper().readTree(result.output()).at("/deviceId").asString())
                .isEqualTo(device.registrationId());
    }

    /** As strangers would: what is refused counts, too. */
    private static void useUpTheLimit() throws IOException {
        Device stranger = TestPki.selfSigned("throttling-stranger");
        try (HttpPeer first = HttpPeer.connect(server, stranger);
                HttpPeer second = HttpPeer.connect(server, stranger)) {
            for (HttpPeer peer : List.of(first, second)) {
                peer.send("PUT /" + server.idScope() + "/registrations/throttling-stranger/register"
                        + "?api-version=2019-03-31 HTTP/1.1\r\nHost: " + TestServer.HOST
                        + "\r\nContent-Length: 2\r\n\r\n{}");
            }
            assertThat(first.answer()).isPresent();
            assertThat(second.answer()).isPresent();
        }
    }
}
