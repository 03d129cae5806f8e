package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.ServerProcess;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.MqttPeer;
import dev.muster.conformance.peer.MqttPeer.Packet;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} while devices renew over their hub, before they hear what came of it: each has exactly one new
 * certificate in the end, and its hub knows it (reference 9.3).
 */
class InterruptedRenewalIT {
    private static final int DEVICES = 20;
    private static final String ANSWERS = "$iothub/credentials/res/#";

    @Test
    void renewalsThatAKillInterrupts_endWithOneCertificateEach() throws Exception {
        Path directory = TestServer.newDirectory();
        List<Renewing> devices = new ArrayList<>();
        Set<String> answered = ConcurrentHashMap.newKeySet();
        ServerProcess first = ServerProcess.start(directory);
        try {
            TestServer server = first.server();
            server.controlPlane().createAuthority("roots", Map.of());
            // A key that takes its time, so that the server dies under signatures.
            server.controlPlane().createAuthority("plant", Map.of("issuer", "roots", "keyAlgorithm", "rsa-3072"));
            Onboarding onboarding = new Onboarding(server);
            for (int number = 0; number < DEVICES; number++) {
                String id = "renewing-" + number;
                onboarding.enroll(id, Onboarding.issuedBy("plant"));
                Wish wish = Wish.of(id);
                devices.add(new Renewing(wish.granted(onboarding.registered(wish)), Wish.of(id)));
            }
            renewUntilKilled(first, devices, answered);
        } finally {
            first.kill();
        }
        assertThat(answered).hasSizeBetween(1, DEVICES - 1);

        ServerProcess second = ServerProcess.start(directory);
        try {
            TestServer server = second.server();
            Onboarding onboarding = new Onboarding(server);
            for (Renewing device : devices) {
                Device renewed = device.askedAgain(onboarding);
                onboarding.assertConnects(device.id(), renewed);
                assertThat(server.registry().getDevice(device.id()).getPrimaryThumbprint())
                        .isEqualTo(renewed.thumbprint());
                assertThat(server.controlPlane()
                                .send("GET", "/muster/devices/" + device.id() + "/certificates", Optional.empty())
                                .at("/value")
                                .values())
                        .extracting(issued -> issued.at("/thumbprint").asString())
                        .containsExactly(
                                renewed.leaf().thumbprint().hex(),
                                device.before().leaf().thumbprint().hex());
            }
        } finally {
            second.kill();
        }
    }

    /** All ask at once, and the server dies when one has its certificate. */
    private static void renewUntilKilled(ServerProcess process, List<Renewing> devices, Set<String> answered)
            throws Exception {
        Onboarding onboarding = new Onboarding(process.server());
        CountDownLatch connected = new CountDownLatch(DEVICES);
        CountDownLatch one = new CountDownLatch(1);
        List<Future<?>> work = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Renewing device : devices) {
                work.add(threads.submit(() -> {
                    try (MqttPeer peer = device.subscribed(onboarding)) {
                        connected.countDown();
                        connected.await();
                        peer.send(device.request());
                        Optional<Packet> answer = peer.next();
                        while (answer.filter(packet -> !isResult(packet)).isPresent()) {
                            answer = peer.next();
                        }
                        answer.ifPresent(_ -> {
                            answered.add(device.id());
                            one.countDown();
                        });
                    } catch (SocketException _) {
                        // The server is gone.
                    }
                    return null;
                }));
            }
            assertThat(one.await(1, TimeUnit.MINUTES)).isTrue();
            process.kill();
            for (Future<?> each : work) {
                each.get();
            }
        }
    }

    private static boolean isResult(Packet packet) {
        return packet.topic().equals("$iothub/credentials/res/200/?$rid=again-1");
    }

    /** @param before what it has */
    private record Renewing(Device before, Wish wish) {
        String id() {
            return wish.id();
        }

        MqttPeer subscribed(Onboarding onboarding) throws IOException {
            MqttPeer peer = onboarding.hub(id(), before);
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
            peer.send(MqttPeer.subscribe(1, 1, ANSWERS));
            peer.expect(MqttPeer.SUBACK);
            return peer;
        }

        byte[] request() {
            return MqttPeer.publish(
                    0,
                    0,
                    "$iothub/credentials/POST/issueCertificate/?$rid=again-1",
                    "{\"id\":\"" + id() + "\",\"csr\":\"" + wish.csr() + "\",\"replace\":null}");
        }

        /** The same once more, as a device does that has not heard of it. */
        Device askedAgain(Onboarding onboarding) throws IOException {
            try (MqttPeer peer = subscribed(onboarding)) {
                peer.send(request());
                Packet answer = peer.expect(MqttPeer.PUBLISH);
                while (!isResult(answer)) {
                    assertThat(answer.topic()).contains("/202/");
                    answer = peer.expect(MqttPeer.PUBLISH);
                }
                return wish.with(answer.json().at("/certificates"));
            }
        }
    }
}
