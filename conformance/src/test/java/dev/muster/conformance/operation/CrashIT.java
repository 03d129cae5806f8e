package dev.muster.conformance.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.provisioning.service.configs.DeviceRegistrationState;
import com.microsoft.azure.sdk.iot.provisioning.service.configs.EnrollmentStatus;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.HubToken;
import dev.muster.conformance.harness.SdkDevice;
import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.TlsPeer;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What was answered is on disk: {@code kill -9} in the middle of 5,000 registrations and of telemetry takes back
 * nothing that a device was told, and the restarted server serves on.
 */
class CrashIT {
    private static final int DEVICES = 5000;
    private static final int ANSWERED_BEFORE_THE_KILL = 1500;
    private static final int CONNECTIONS = 100;
    private static final int TALKERS = 4;

    /** An answer is a promise, to devices as to the owner who reads their telemetry. */
    @Test
    void killedServer_hasKeptWhatItAnswered() throws Exception {
        Path directory = TestServer.newDirectory();
        Authority root = TestPki.root("Crash Root");
        Map<String, Device> assigned = new ConcurrentHashMap<>();
        Map<String, Queue<String>> acknowledged = new ConcurrentHashMap<>();

        ServerProcess first = ServerProcess.start(directory);
        try {
            new Enrolling(first.server()).verifiedGroup("crash-group", root);
            runUntilKilled(first, root, assigned, acknowledged);
        } finally {
            first.kill();
        }

        ServerProcess second = ServerProcess.start(directory);
        try {
            TestServer server = second.server();
            assertThat(assigned).hasSizeBetween(ANSWERED_BEFORE_THE_KILL, DEVICES - 1);
            assertStillAssigned(server, assigned.keySet());
            assertThat(acknowledged).hasSize(TALKERS);
            acknowledged.forEach((device, bodies) -> {
                assertThat(bodies).isNotEmpty();
                assertThat(server.controlPlane().eventBodies(device)).containsAll(bodies);
            });
            assertServesOn(server, root, assigned);
        } finally {
            second.kill();
        }
    }

    /** Devices register and talk; once enough have been answered the server dies under the rest. */
    private static void runUntilKilled(
            ServerProcess process,
            Authority root,
            Map<String, Device> assigned,
            Map<String, Queue<String>> acknowledged)
            throws Exception {
        TestServer server = process.server();
        CountDownLatch enough = new CountDownLatch(ANSWERED_BEFORE_THE_KILL);
        KeyPair shared = TestPki.newKeys();
        List<Future<?>> work = new ArrayList<>();
        try (ExecutorService talkers = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService devices = Executors.newFixedThreadPool(
                        CONNECTIONS, Thread.ofVirtual().factory())) {
            for (int number = 0; number < TALKERS; number++) {
                String id = "talker-" + number;
                Queue<String> bodies = acknowledged.computeIfAbsent(id, _ -> new ConcurrentLinkedQueue<>());
                String key = addDevice(server, id);
                work.add(talkers.submit(() -> talk(server, id, key, bodies)));
            }
            for (int number = 0; number < DEVICES; number++) {
                String id = "crash-device-" + number;
                work.add(devices.submit(() -> {
                    Device device = root.device(id, shared).presenting(1);
                    register(server, device);
                    assigned.put(id, device);
                    enough.countDown();
                    return null;
                }));
            }
            assertThat(enough.await(2, TimeUnit.MINUTES)).isTrue();
            process.kill();
            work.forEach(it -> it.cancel(true));
        }
    }

    /** Registers and asks for the result, which names the hub. */
    private static void register(TestServer server, Device device) throws IOException {
        String registration = "/" + server.idScope() + "/registrations/" + device.registrationId();
        String version = "?api-version=2019-03-31";
        try (HttpPeer peer = HttpPeer.connect(server, device)) {
            Answer accepted =
                    peer.request("PUT", registration + "/register" + version, "Content-Type: application/json", "{}");
            Answer answer = peer.request(
                    "GET",
                    registration + "/operations/"
                            + accepted.json().at("/operationId").asString() + version,
                    "",
                    "");
            assertThat(answer.json().at("/registrationState/assignedHub").asString())
                    .isEqualTo(TestServer.HOST);
        }
    }

    private static String addDevice(TestServer server, String id) throws Exception {
        return server.registry()
                .addDevice(new com.microsoft.azure.sdk.iot.service.registry.Device(id, AuthenticationType.SAS))
                .getPrimaryKey();
    }

    /** Sends one message after the other until the connection breaks, and keeps those that were acknowledged. */
    private static Void talk(TestServer server, String id, String key, Queue<String> acknowledged) throws IOException {
        try (MqttPeer peer = new MqttPeer(TlsPeer.connect(server.trust().context(Optional.empty()), TestServer.MQTT))) {
            peer.send(new MqttPeer.Connect(
                            id,
                            TestServer.HOST + "/" + id + "/?api-version=2021-04-12",
                            HubToken.of(TestServer.HOST + "/devices/" + id, key),
                            true,
                            240)
                    .packet());
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
            for (int number = 1; ; number++) {
                String body = id + " says " + number;
                peer.send(MqttPeer.publish(1, number % 60000 + 1, "devices/" + id + "/messages/events/", body));
                if (peer.next().isEmpty()) {
                    return null;
                }
                acknowledged.add(body);
            }
        } catch (SocketException _) {
            return null;
        }
    }

    private static void assertStillAssigned(TestServer server, Set<String> assigned) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<DeviceRegistrationState>> states = assigned.stream()
                    .map(id -> threads.submit(() -> server.enrollments().getDeviceRegistrationState(id)))
                    .toList();
            for (Future<DeviceRegistrationState> future : states) {
                DeviceRegistrationState state = future.get();
                assertThat(state.getStatus()).isEqualTo(EnrollmentStatus.ASSIGNED);
                assertThat(state.getDeviceId()).isEqualTo(state.getRegistrationId());
                assertThat(state.getAssignedHub()).isEqualTo(TestServer.HOST);
            }
        }
    }

    /** New devices register, those that had begun do too, and one of before is let into its hub. */
    private static void assertServesOn(TestServer server, Authority root, Map<String, Device> assigned)
            throws Exception {
        KeyPair shared = TestPki.newKeys();
        List<String> begun = IntStream.range(0, DEVICES)
                .mapToObj(number -> "crash-device-" + number)
                .filter(id -> !assigned.containsKey(id))
                .limit(20)
                .toList();
        for (String id : begun) {
            register(server, root.device(id, shared).presenting(1));
        }
        register(server, root.device("late-device", shared).presenting(1));
        Device survivor = assigned.values().iterator().next();
        SdkDevice.visit(SdkDevice.hubClient(
                TestServer.HOST, survivor.registrationId(), server.trust().context(survivor)));
    }
}
