package dev.muster.server.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.server.store.Samples;
import dev.muster.server.store.SqlAccessPolicies;
import dev.muster.server.store.SqlDeviceIdentities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is the embedded store's alone. */
class SqliteDatabaseTest {
    @TempDir
    private Path directory;

    @Test
    void store_thatIsOpen_isRefusedToASecondOpener() {
        Path file = directory.resolve("muster.db");
        try (SqliteDatabase first = SqliteDatabase.open(file)) {
            assertThatThrownBy(() -> SqliteDatabase.open(file))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("in use by another process");
            assertThat(new SqlAccessPolicies(first).list("dps")).isEmpty();
        }
    }

    @Test
    void store_thatWasClosed_canBeOpenedAgainAndHasItsRows() {
        Path file = directory.resolve("muster.db");
        try (SqliteDatabase first = SqliteDatabase.open(file)) {
            new SqlDeviceIdentities(first).put(Samples.device("device-1", "e1"), new Precondition.Absent());
        }

        try (SqliteDatabase second = SqliteDatabase.open(file)) {
            assertThat(new SqlDeviceIdentities(second).find(Samples.HUB, "device-1"))
                    .isPresent();
        }
        assertThat(directory.resolve("muster.db-wal")).doesNotExist();
    }

    @Test
    void store_isReadableByItsOwnerAlone() throws IOException {
        Path file = directory.resolve("muster.db");
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqlDeviceIdentities(database).put(Samples.device("device-1", "e1"), new Precondition.Absent());
            for (Path each : List.of(file, directory.resolve("muster.db-wal"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void file_thatIsNoStore_isRefusedAndKept() throws IOException {
        Path file = directory.resolve("letter.txt");
        Files.writeString(file, "Dear reader, ".repeat(1_000));

        assertThatThrownBy(() -> SqliteDatabase.open(file))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("letter.txt");
        assertThat(file).content().startsWith("Dear reader");
    }

    @Test
    void store_thatIsClosed_acceptsNothing() {
        SqliteDatabase database = SqliteDatabase.open(directory.resolve("muster.db"));
        SqlDeviceIdentities devices = new SqlDeviceIdentities(database);
        database.close();

        assertThatThrownBy(() -> devices.put(Samples.device("device-1", "e1"), new Precondition.Absent()))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("closed");
    }

    /** Holds the writer back until all are queued, so that the good and the bad share one batch. */
    @Test
    void failure_inABatch_undoesItsOwnWritesOnly() throws InterruptedException, ExecutionException {
        try (SqliteDatabase database = SqliteDatabase.open(directory.resolve("muster.db"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            SqlDeviceIdentities devices = new SqlDeviceIdentities(database);
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch queued = new CountDownLatch(1);
            Future<Boolean> blocker = threads.submit(() -> database.run(() -> {
                started.countDown();
                return await(queued);
            }));
            started.await();
            List<Future<String>> results = IntStream.range(0, 20)
                    .mapToObj(number -> threads.submit(() -> database.run(() -> {
                        devices.put(Samples.device("device-" + number, "e1"), new Precondition.Absent());
                        if (number % 2 == 1) {
                            throw new Refusal(Refusal.Reason.FORBIDDEN, "odd");
                        }
                        return "even";
                    })))
                    .toList();
            while (database.waiting() < results.size()) {
                Thread.onSpinWait();
            }
            queued.countDown();

            assertThat(blocker.get()).isTrue();
            for (int number = 0; number < results.size(); number++) {
                Future<String> result = results.get(number);
                if (number % 2 == 1) {
                    assertThatThrownBy(result::get).hasCauseInstanceOf(Refusal.class);
                    assertThat(devices.find(Samples.HUB, "device-" + number)).isEmpty();
                } else {
                    assertThat(result.get()).isEqualTo("even");
                    assertThat(devices.find(Samples.HUB, "device-" + number)).isPresent();
                }
            }
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
