package dev.muster.server.store;

import static dev.muster.server.store.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.hub.DeviceIdentity;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class TransactionsIT {
    private static final int WRITERS = 200;

    private final TestStore store;
    private final SqlDeviceIdentities devices;

    TransactionsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        devices = new SqlDeviceIdentities(store.database());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void transaction_seesItsOwnWrites() {
        Optional<DeviceIdentity> seen = store.database().run(() -> {
            devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
            return devices.find(Samples.HUB, "device-1");
        });

        assertThat(seen).isPresent();
        assertThat(devices.find(Samples.HUB, "device-1")).isEqualTo(seen);
    }

    @Test
    void transaction_thatThrows_leavesNothing() {
        assertThatThrownBy(() -> store.database().run(() -> {
                    devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
                    devices.put(Samples.device("device-2", "e1"), new Precondition.Absent());
                    throw new IllegalStateException("undo");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("undo");

        assertThat(devices.find(Samples.HUB, "device-1")).isEmpty();
        assertThat(devices.find(Samples.HUB, "device-2")).isEmpty();
    }

    @Test
    void transaction_insideAnother_isPartOfIt() {
        assertRefused(
                Reason.FORBIDDEN,
                () -> store.database().run(() -> {
                    store.database().run(() -> {
                        devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
                        return true;
                    });
                    throw new Refusal(Reason.FORBIDDEN, "no");
                }));

        assertThat(devices.find(Samples.HUB, "device-1")).isEmpty();
    }

    @Test
    void transaction_thatIsNotDone_isSeenByNobodyElse() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Optional<DeviceIdentity> seen = store.database().run(() -> {
                devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
                return get(threads.submit(() -> devices.find(Samples.HUB, "device-1")));
            });

            assertThat(seen).isEmpty();
        }
    }

    @Test
    void transactionThatWasStarted_isSeenByAllOnceItHasAResult() {
        CompletableFuture<Boolean> result = store.database().start(() -> {
            devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
            return true;
        });

        assertThat(result.join()).isTrue();
        assertThat(devices.find(Samples.HUB, "device-1")).isPresent();
    }

    @Test
    void transactionThatWasStarted_andThrows_failsAndLeavesNothing() {
        CompletableFuture<Boolean> result = store.database().start(() -> {
            devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
            throw new Refusal(Reason.FORBIDDEN, "no");
        });

        assertThatThrownBy(result::join).hasCauseInstanceOf(Refusal.class);
        assertThat(devices.find(Samples.HUB, "device-1")).isEmpty();
    }

    @Test
    void transactionStartedInsideAnother_isPartOfIt() {
        assertRefused(
                Reason.FORBIDDEN,
                () -> store.database().run(() -> {
                    store.database()
                            .start(() -> {
                                devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
                                return true;
                            })
                            .join();
                    throw new Refusal(Reason.FORBIDDEN, "no");
                }));

        assertThat(devices.find(Samples.HUB, "device-1")).isEmpty();
    }

    /** Everyone adds one to what the etag says, and gives up only once nobody was quicker. */
    @Test
    void manyWriters_withEtags_loseNoUpdate() {
        devices.put(Samples.device("device-1", "0"), new Precondition.Absent());

        inParallel(() -> {
            while (!incrementWithEtag()) {
                Thread.onSpinWait();
            }
        });

        assertThat(counter()).isEqualTo(WRITERS);
    }

    @Test
    void manyTransactions_thatReadAndThenWrite_loseNoUpdate() {
        devices.put(Samples.device("device-1", "0"), new Precondition.Absent());

        inParallel(() -> store.database().run(() -> {
            devices.put(Samples.device("device-1", "" + (counter() + 1)), new Precondition.Always());
            return true;
        }));

        assertThat(counter()).isEqualTo(WRITERS);
    }

    @Test
    void manyCreators_ofTheSame_areRefusedButOne() {
        List<Boolean> created = inParallelCalls(() -> {
            try {
                devices.put(Samples.device("device-1", "e1"), new Precondition.Absent());
                return true;
            } catch (Refusal refusal) {
                assertThat(refusal.reason()).isEqualTo(Reason.ALREADY_EXISTS);
                return false;
            }
        });

        assertThat(created).containsOnlyOnce(true);
    }

    private boolean incrementWithEtag() {
        int before = counter();
        try {
            devices.put(Samples.device("device-1", "" + (before + 1)), new Precondition.Matches(new Etag("" + before)));
            return true;
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isEqualTo(Reason.PRECONDITION_FAILED);
            return false;
        }
    }

    private int counter() {
        return Integer.parseInt(
                devices.find(Samples.HUB, "device-1").orElseThrow().etag().value());
    }

    private static void inParallel(Runnable work) {
        List<Boolean> done = inParallelCalls(() -> {
            work.run();
            return true;
        });
        assertThat(done).hasSize(WRITERS);
    }

    private static List<Boolean> inParallelCalls(Callable<Boolean> work) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return IntStream.range(0, WRITERS).mapToObj(_ -> threads.submit(work)).toList().stream()
                    .map(TransactionsIT::get)
                    .toList();
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
