package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.IndividualEnrollment;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.SymmetricKeyAttestation;
import dev.muster.base.Refusal;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.MqttProvisioning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that has registered gets its result, whatever becomes of the server in between. */
@Execution(ExecutionMode.SAME_THREAD)
class RestartIT {
    private static final String VERSION = "?api-version=2019-03-31";

    enum End {
        STOPPED,
        KILLED
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void operation_outlivesTheServersProcess(End end) throws Exception {
        Path directory = TestServer.newDirectory();
        Device device = TestPki.selfSigned("restart-device");
        String key;
        String byCertificate;
        String byKey;
        ServerProcess first = ServerProcess.start(directory);
        try {
            TestServer server = first.server();
            new Enrolling(server).individual(device);
            key = enrolledByKey(server);
            byCertificate = operationOf(ask(server, device, "PUT", "restart-device/register", ""));
            byKey = operationOf(ask(server, device, "PUT", "restart-keyed/register", token(server, key)));
            switch (end) {
                case STOPPED -> first.stop();
                case KILLED -> first.kill();
            }
        } finally {
            first.kill();
        }

        ServerProcess second = ServerProcess.start(directory);
        try {
            TestServer server = second.server();
            assertAssigned(ask(server, device, "GET", "restart-device/operations/" + byCertificate, ""));
            assertAssigned(ask(server, device, "GET", "restart-keyed/operations/" + byKey, token(server, key)));
            try (MqttPeer peer = new MqttProvisioning(server).open(device)) {
                peer.send(MqttPeer.publish(0, 0, MqttPeer.POLL + "9&operationId=" + byCertificate, ""));
                Packet result = peer.expect(MqttPeer.PUBLISH);
                MqttProvisioning.assertAssigned(result, "9", "restart-device");
            }
        } finally {
            second.kill();
        }
    }

    /** Its database holds secrets that it could not read; better to say so now than when one is needed. */
    @Test
    void serverWhoseKeyOfSecretsIsAnother_doesNotStart() throws Exception {
        Path directory = TestServer.newDirectory();
        TestServer.start(directory, List.of()).close();
        Path key = directory.resolve("data/secrets.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        String kept = Files.readString(key);

        Files.delete(key);
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> TestServer.start(directory, List.of()))
                .satisfies(refusal ->
                        assertThat(refusal.explanation().orElseThrow().remedy()).contains("secrets.key"));
        Files.writeString(key, "not a key");
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> TestServer.start(directory, List.of()));

        Files.writeString(key, kept);
        TestServer.start(directory, List.of()).close();
    }

    private static String enrolledByKey(TestServer server) throws Exception {
        return ((SymmetricKeyAttestation) server.enrollments()
                        .createOrUpdateIndividualEnrollment(
                                new IndividualEnrollment("restart-keyed", new SymmetricKeyAttestation("", "")))
                        .getAttestation())
                .getPrimaryKey();
    }

    private static String token(TestServer server, String key) {
        return "Authorization: " + HubToken.of(server.idScope() + "/registrations/restart-keyed", key);
    }

    private static Answer ask(TestServer server, Device device, String method, String path, String headers)
            throws IOException {
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            return peer.request(
                    method,
                    "/" + server.idScope() + "/registrations/" + path + VERSION,
                    headers,
                    method.equals("PUT") ? "{}" : "");
        }
    }

    private static String operationOf(Answer accepted) {
        assertThat(accepted.status()).isEqualTo(202);
        return accepted.json().at("/operationId").asString();
    }

    private static void assertAssigned(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/status").asString()).isEqualTo("assigned");
        assertThat(answer.json().at("/registrationState/assignedHub").asString())
                .isEqualTo(TestServer.HOST);
    }
}
