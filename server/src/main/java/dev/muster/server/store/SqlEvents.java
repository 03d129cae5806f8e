package dev.muster.server.store;

import dev.muster.hub.Event;
import dev.muster.hub.Events;
import dev.muster.server.store.database.Database;
import dev.muster.server.store.database.Row;
import dev.muster.server.store.database.Ticks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** The event stream in a database. Safe for any number of threads and nodes. */
public final class SqlEvents implements Events {
    /** Small enough that writers hardly notice. */
    private static final int EXPIRE_CHUNK = 500;

    private static final String PARTITION =
            "INSERT INTO event_partitions (partition_id, next_sequence) VALUES (?, 0) ON CONFLICT DO NOTHING";

    /**
     * Locks the partition's row until the event is committed. So events become visible in the order of their numbers,
     * and no reader passes over one that is late.
     */
    private static final String NEXT = "UPDATE event_partitions SET next_sequence = next_sequence + 1"
            + " WHERE partition_id = ? RETURNING next_sequence - 1";

    private static final String COLUMNS =
            "partition_id, sequence, enqueued, hub, device_id, generation_id," + " system_properties, properties, body";
    private static final String APPEND = "INSERT INTO events (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String READ =
            "SELECT " + COLUMNS + " FROM events WHERE partition_id = ? AND sequence >= ? ORDER BY sequence LIMIT ?";
    private static final String END = "SELECT next_sequence FROM event_partitions WHERE partition_id = ?";
    private static final String OLDEST = "SELECT sequence FROM events WHERE partition_id = ? ORDER BY sequence LIMIT 1";
    private static final String EXPIRE =
            "DELETE FROM events WHERE partition_id = ? AND sequence >= ? AND sequence < ? AND enqueued < ?";

    private final Database database;
    private final Documents documents;
    private final int partitions;

    /** @param partitions how many to have if the store is new; one that is not keeps its number */
    public SqlEvents(Database database, Documents documents, int partitions) {
        this.database = database;
        this.documents = documents;
        this.partitions = ByteBuffer.wrap(new SqlSettings(database)
                        .getOrCreate(
                                "event-partitions",
                                () -> ByteBuffer.allocate(Integer.BYTES)
                                        .putInt(partitions)
                                        .array()))
                .getInt();
        database.change(sql -> {
            for (int partition = 0; partition < this.partitions; partition++) {
                sql.update(PARTITION, partition);
            }
        });
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public Event append(Event.Message message, Instant enqueued) {
        int partition = partitionOf(message);
        byte[] systemProperties = print(message.systemProperties());
        byte[] properties = print(message.properties());
        long sequence = database.write(sql -> {
            long next = sql.first(NEXT, Row::number, partition).orElseThrow();
            sql.update(
                    APPEND,
                    partition,
                    next,
                    Ticks.of(enqueued),
                    message.hub(),
                    message.deviceId(),
                    message.generationId(),
                    systemProperties,
                    properties,
                    message.body());
            return next;
        });
        return new Event(partition, sequence, enqueued, message);
    }

    @Override
    public void append(List<Event.Message> messages, Instant enqueued) {
        database.run(() -> {
            messages.forEach(message -> append(message, enqueued));
            return messages;
        });
    }

    @Override
    public List<Event> read(int partition, long from, int limit) {
        return database.read(sql -> sql.all(READ, this::read, partition, from, limit));
    }

    @Override
    public long end(int partition) {
        return database.read(sql -> sql.first(END, Row::number, partition)).orElse(0L);
    }

    @Override
    public void expire(Instant before) {
        for (int partition = 0; partition < partitions; partition++) {
            expire(partition, before);
        }
    }

    /** Stops at the first stretch that holds nothing old, since events stand nearly in the order of their times. */
    private void expire(int partition, Instant before) {
        Optional<Long> oldest = database.read(sql -> sql.first(OLDEST, Row::number, partition));
        if (oldest.isEmpty()) {
            return;
        }
        int expired;
        long from = oldest.get();
        do {
            long start = from;
            expired =
                    database.write(sql -> sql.update(EXPIRE, partition, start, start + EXPIRE_CHUNK, Ticks.of(before)));
            from += EXPIRE_CHUNK;
        } while (expired > 0);
    }

    /** The same for all time and on every node, as it decides where a device's events stand. */
    private int partitionOf(Event.Message message) {
        CRC32C hash = new CRC32C();
        hash.update((message.hub() + "\n" + message.deviceId()).getBytes(StandardCharsets.UTF_8));
        return (int) (hash.getValue() % partitions);
    }

    private Event read(Row row) throws SQLException {
        int partition = (int) row.number();
        long sequence = row.number();
        Instant enqueued = row.instant();
        return new Event(
                partition,
                sequence,
                enqueued,
                new Event.Message(
                        row.text(), row.text(), row.text(), parse(row.bytes()), parse(row.bytes()), row.bytes()));
    }

    private byte[] print(Map<String, String> properties) {
        return documents.print(Map.copyOf(properties));
    }

    private Map<String, String> parse(byte[] document) {
        return documents.parse(document).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> (String) entry.getValue()));
    }
}
