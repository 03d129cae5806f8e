package dev.muster.hub;

import java.time.Instant;
import java.util.List;

/** Port to the durable, partitioned stream of what devices send. */
public interface Events {
    /** The number of partitions, fixed when the store was made. */
    int partitions();

    /** Stores the message in its device's partition. On return it is on disk. */
    Event append(Event.Message message, Instant enqueued);

    /**
     * Stores messages of one device in their order; a store that can does so in one write. On return all are on disk.
     */
    default void append(List<Event.Message> messages, Instant enqueued) {
        messages.forEach(message -> append(message, enqueued));
    }

    /**
     * @param from the first sequence number wanted; numbers that retention has removed are passed over
     * @return at most {@code limit} events in their order
     */
    List<Event> read(int partition, long from, int limit);

    /** The sequence number that the next event of the partition will get. */
    long end(int partition);

    /** Removes what was stored before that moment. */
    void expire(Instant before);
}
