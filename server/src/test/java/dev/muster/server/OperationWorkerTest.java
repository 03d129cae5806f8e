package dev.muster.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.registration.Backlog;
import dev.muster.registration.Origin;
import dev.muster.registration.PendingOperation;
import dev.muster.registration.PendingOperation.Brought;
import dev.muster.registration.PendingOperation.Progress;
import dev.muster.registration.Recognition;
import dev.muster.server.memory.MemoryPendingOperations;
import dev.muster.server.memory.MemoryTransactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OperationWorkerTest {
    private static final int MANY = 1000;
    private static final int PATIENCE_SECONDS = 30;

    private final MemoryPendingOperations operations = new MemoryPendingOperations();
    private final Backlog backlog = new Backlog(operations, new MemoryTransactions(), InstantSource.system(), "this");

    @Test
    void hostThatDoesNotAnswer_getsAShareOfTheWorkersAndHoldsUpNoOther() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(MANY);
        Set<String> waiting = ConcurrentHashMap.newKeySet();
        IntStream.range(0, MANY).forEach(number -> put("slow-" + number, "slow.example"));
        IntStream.range(0, MANY).forEach(number -> put("quick-" + number, "quick.example"));

        try (OperationWorker _ = new OperationWorker(backlog, operation -> {
            if (operation.progress().waitsFor().equals("slow.example")) {
                waiting.add(operation.id().key());
                await(answered);
            } else {
                others.countDown();
            }
        })) {
            assertThat(others.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting).hasSizeBetween(1, 128);
            answered.countDown();
        }
    }

    @Test
    void workThatBreaks_isPutBackAndTheRestGoesOn() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        put("broken", "host.example");
        put("whole", "host.example");

        try (OperationWorker _ = new OperationWorker(backlog, operation -> {
            if (operation.id().key().equals("broken")) {
                throw new IllegalStateException("as the test wants it");
            }
            done.countDown();
        })) {
            assertThat(done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(operations.size()).isEqualTo(2);
    }

    @Test
    void workThatIsUnderWayAtTheEnd_isThereForTheNext() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        put("device-1", "host.example");
        try (OperationWorker _ = new OperationWorker(backlog, _ -> {
            begun.countDown();
            await(never);
        })) {
            assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(backlog.take(1, Set.of())).hasSize(1);
        never.countDown();
    }

    private void put(String id, String waitsFor) {
        operations.put(
                new PendingOperation(
                        new RegistrationId(id),
                        new Etag("r1"),
                        new Recognition(new Authentication.SelfSigned(Optional.empty(), Optional.empty()), List.of()),
                        new Brought(Optional.empty(), Optional.empty(), Optional.empty()),
                        new Origin(id, "192.0.2.1", "HTTPS", List.of()),
                        new Progress(waitsFor, 0)),
                Instant.EPOCH);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
