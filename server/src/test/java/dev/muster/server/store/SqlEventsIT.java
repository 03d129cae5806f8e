package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.hub.Event;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlEventsIT {
    private static final int PARTITIONS = 3;

    private final TestStore store;
    private final SqlEvents events;

    SqlEventsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        events = new SqlEvents(store.database(), new JsonDocuments(), PARTITIONS);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void event_isReadAsItWasAppended() {
        Event appended = events.append(message("device-1", "21.5 °C"), Samples.NOW);

        List<Event> read = events.read(appended.partition(), 0, 10);

        assertThat(appended.sequence()).isZero();
        assertThat(read).singleElement().usingRecursiveComparison().isEqualTo(appended);
    }

    @Test
    void events_ofADevice_standInOnePartitionInOrder() {
        List<Event> appended = IntStream.range(0, 10)
                .mapToObj(number -> events.append(message("device-1", "" + number), Samples.NOW))
                .toList();

        assertThat(appended)
                .extracting(Event::partition)
                .containsOnly(appended.getFirst().partition());
        assertThat(appended).extracting(Event::sequence).containsExactlyElementsOf(numbers(0, 10));
        assertThat(events.end(appended.getFirst().partition())).isEqualTo(10);
        assertThat(sequences(events.read(appended.getFirst().partition(), 4, 3)))
                .containsExactly(4L, 5L, 6L);
    }

    @Test
    void batch_standsInItsOrder() {
        int partition = events.append(message("device-1", "0"), Samples.NOW).partition();

        events.append(
                List.of(message("device-1", "1"), message("device-1", "2"), message("device-1", "3")), Samples.NOW);

        assertThat(events.read(partition, 0, 10))
                .extracting(event -> new String(event.message().body(), StandardCharsets.UTF_8))
                .containsExactly("0", "1", "2", "3");
    }

    @Test
    void events_ofManyDevices_standInAllPartitions() {
        IntStream.range(0, 50).forEach(number -> events.append(message("device-" + number, ""), Samples.NOW));

        assertThat(IntStream.range(0, PARTITIONS).mapToLong(events::end)).doesNotContain(0L);
        assertThat(IntStream.range(0, PARTITIONS).mapToLong(events::end).sum()).isEqualTo(50);
    }

    @Test
    void partitions_ofAStoreThatIsThere_stayAsTheyAre() {
        SqlEvents reopened = new SqlEvents(store.reopen(), new JsonDocuments(), 32);

        assertThat(reopened.partitions()).isEqualTo(PARTITIONS);
    }

    @Test
    void sequence_goesOnAfterARestartEvenWhenEverythingHasExpired() {
        int partition = events.append(message("device-1", "old"), Samples.NOW).partition();
        events.expire(Samples.NOW.plusSeconds(1));
        assertThat(events.read(partition, 0, 10)).isEmpty();

        SqlEvents reopened = new SqlEvents(store.reopen(), new JsonDocuments(), PARTITIONS);

        assertThat(reopened.end(partition)).isEqualTo(1);
        assertThat(reopened.append(message("device-1", "new"), Samples.NOW).sequence())
                .isEqualTo(1);
    }

    @Test
    void expiry_removesWhatIsOldAndNothingElse() {
        Instant later = Samples.NOW.plusSeconds(60);
        store.database()
                .run(() -> IntStream.range(0, 1_200)
                        .mapToObj(number -> events.append(message("device-1", "old"), Samples.NOW))
                        .toList());
        Event kept = events.append(message("device-1", "new"), later);

        events.expire(later);

        assertThat(sequences(events.read(kept.partition(), 0, 10))).containsExactly(1_200L);
    }

    /** A reader that follows the stream while many write to it must meet every event, whoever commits first. */
    @Test
    void reader_behindManyWriters_missesNothing() throws InterruptedException, ExecutionException {
        int writers = 20;
        int each = 15;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                done.add(threads.submit(() -> IntStream.range(0, each)
                        .forEach(number -> events.append(message("device-1", "" + number), Samples.NOW))));
            }
            int partition =
                    events.append(message("device-1", "first"), Samples.NOW).partition();
            List<Long> met = new ArrayList<>();
            while (met.size() <= writers * each) {
                long next = met.isEmpty() ? 0 : met.getLast() + 1;
                met.addAll(sequences(events.read(partition, next, 100)));
            }
            for (Future<?> one : done) {
                one.get();
            }
            assertThat(met).containsExactlyElementsOf(numbers(0, writers * each + 1));
        }
    }

    private static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static Event.Message message(String deviceId, String body) {
        return new Event.Message(
                Samples.HUB,
                deviceId,
                "1",
                Map.of("content-type", "text/plain"),
                Map.of("level", "3"),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
