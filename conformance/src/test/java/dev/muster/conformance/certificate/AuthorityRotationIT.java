package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.Enrolling;
import dev.muster.conformance.harness.TestPki;
import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpProvisioning;
import dev.muster.conformance.peer.MqttPeer;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An authority gets a new key while devices register and connect: none is refused, none has to be enrolled again. */
class AuthorityRotationIT {
    private static final int WORKERS = 4;
    private static final int DEVICES = 40;
    private static final long PATIENCE_MINUTES = 3;

    private final KeyPair shared = TestPki.newKeys();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Semaphore served = new Semaphore(0);
    private volatile List<Authority> issuing = List.of();
    private volatile boolean stopped;

    @Test
    void rotation_underLoad_refusesNobody_andOldAndNewLeavesWorkSideBySide() throws Exception {
        Path directory = TestServer.newDirectory();
        try (TestServer server = TestServer.start(directory, List.of())) {
            OwnAuthorities own = new OwnAuthorities(server.controlPlane(), directory.resolve("data"));
            own.create("plant-root", Map.of());
            own.create("plant", Map.of("issuer", "plant-root"));
            Authority old = own.authority("plant");
            new Enrolling(server).verifiedGroup("plant", old);
            Device veteran = old.device("veteran", shared).presenting(2);
            serve(server, veteran);
            String generation = generation(server, veteran);

            issuing = List.of(old);
            List<Future<?>> work = new ArrayList<>();
            try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int worker = 0; worker < WORKERS; worker++) {
                    work.add(workers.submit(() -> {
                        while (!stopped) {
                            serveAll(server, issuing);
                        }
                        return null;
                    }));
                }
                awaitServed(work);
                own.rotate("plant");
                issuing = List.of(old, own.authority("plant"));
                awaitServed(work);
                stopped = true;
                for (Future<?> each : work) {
                    each.get();
                }
            }

            Authority fresh = issuing.getLast();
            assertThat(fresh.certificate().subject()).isEqualTo("CN=plant G2");
            connect(server, veteran);
            serve(server, fresh.device("veteran", shared).presenting(2));
            assertThat(generation(server, veteran)).isEqualTo(generation);
            assertThat(server.controlPlane().attempts())
                    .hasSizeGreaterThan(2 * DEVICES)
                    .allMatch(attempt -> attempt.at("/succeeded").asBoolean())
                    .allMatch(attempt -> attempt.at("/enrollment").asString().equals("enrollment group 'plant'"));
        }
    }

    private void serveAll(TestServer server, List<Authority> authorities) throws Exception {
        for (Authority authority : authorities) {
            serve(
                    server,
                    authority
                            .device("rotated-" + numbers.incrementAndGet(), shared)
                            .presenting(2));
            served.release();
        }
    }

    /** Until as many more devices have been served, or one was not. */
    private void awaitServed(List<Future<?>> work) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(PATIENCE_MINUTES);
        while (!served.tryAcquire(DEVICES, 1, TimeUnit.SECONDS)) {
            for (Future<?> each : work) {
                if (each.isDone()) {
                    each.get();
                }
            }
            assertThat(System.nanoTime()).as("the devices are served").isLessThan(deadline);
        }
    }

    private static void serve(TestServer server, Device device) throws Exception {
        assertThat(new HttpProvisioning(server).registered(device).at("/status").asString())
                .isEqualTo("assigned");
        connect(server, device);
    }

    private static void connect(TestServer server, Device device) throws Exception {
        String id = device.registrationId();
        try (MqttPeer peer = MqttPeer.connect(server, device)) {
            peer.send(new MqttPeer.Connect(id, TestServer.HOST + "/" + id + "/?api-version=2021-04-12", null, true, 60)
                    .packet());
            assertThat(peer.expect(MqttPeer.CONNACK).body()).containsExactly(0, 0);
        }
    }

    private static String generation(TestServer server, Device device) throws Exception {
        return server.registry().getDevice(device.registrationId()).getGenerationId();
    }
}
