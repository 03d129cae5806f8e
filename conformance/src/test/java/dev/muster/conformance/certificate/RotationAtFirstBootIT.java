package dev.muster.conformance.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.conformance.harness.TestPki.Device;
import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.Onboarding;
import dev.muster.conformance.peer.Onboarding.Wish;
import dev.muster.pki.Certificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * An authority gets new keys while it issues certificates at first boot: each device gets one, and its hub takes it.
 */
class RotationAtFirstBootIT {
    private static final int WORKERS = 3;
    private static final int DEVICES = 25;
    private static final int ROTATIONS = 3;
    private static final long PATIENCE_MINUTES = 3;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Semaphore served = new Semaphore(0);
    private final Queue<Device> devices = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    @Test
    void rotation_underLoad_refusesNobody_andEveryCertificateLeadsToItsGeneration() throws Exception {
        Path directory = TestServer.newDirectory();
        try (TestServer server = TestServer.start(directory, List.of())) {
            OwnAuthorities own = new OwnAuthorities(server.controlPlane(), directory.resolve("data"));
            own.create("plant-root", Map.of());
            own.create("plant", Map.of("issuer", "plant-root"));
            List<Certificate> generations =
                    new ArrayList<>(List.of(own.chain("plant").getFirst()));
            List<Future<?>> work = new ArrayList<>();
            try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int worker = 0; worker < WORKERS; worker++) {
                    work.add(workers.submit(() -> {
                        while (!stopped) {
                            serve(server, "booting-" + numbers.incrementAndGet());
                            served.release();
                        }
                        return null;
                    }));
                }
                awaitServed(work);
                for (int rotation = 0; rotation < ROTATIONS; rotation++) {
                    own.rotate("plant");
                    generations.add(own.chain("plant").getFirst());
                    awaitServed(work);
                }
                stopped = true;
                for (Future<?> each : work) {
                    each.get();
                }
            }

            assertThat(generations).hasSize(ROTATIONS + 1).doesNotHaveDuplicates();
            assertThat(devices)
                    .allSatisfy(device -> assertThat(device.chain().get(1))
                            .isIn(generations)
                            .satisfies(issuer ->
                                    assertThat(device.leaf().isSignedBy(issuer)).isTrue()));
            assertThat(devices.stream().map(device -> device.chain().get(1)).distinct())
                    .containsExactlyInAnyOrderElementsOf(generations);
            for (Device device : devices) {
                new Onboarding(server).assertConnects(device.registrationId(), device);
            }
        }
    }

    private void serve(TestServer server, String id) throws Exception {
        Onboarding onboarding = new Onboarding(server);
        onboarding.enroll(id, Onboarding.issuedBy("plant"));
        Wish wish = Wish.of(id);
        Device device = wish.granted(onboarding.registered(wish));
        onboarding.assertConnects(id, device);
        devices.add(device);
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
}
