package dev.muster.server.memory;

import dev.muster.hub.Event;
import dev.muster.hub.Events;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The event stream in memory; forgets nothing. */
public final class MemoryEvents implements Events {
    private final List<List<Event>> partitions;

    public MemoryEvents(int partitions) {
        List<List<Event>> made = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            made.add(new ArrayList<>());
        }
        this.partitions = List.copyOf(made);
    }

    @Override
    public int partitions() {
        return partitions.size();
    }

    @Override
    public synchronized Event append(Event.Message message, Instant enqueued) {
        int partition = Math.floorMod(message.deviceId().hashCode(), partitions.size());
        List<Event> stored = partitions.get(partition);
        Event event = new Event(partition, stored.size(), enqueued, message);
        stored.add(event);
        return event;
    }

    @Override
    public synchronized List<Event> read(int partition, long from, int limit) {
        return partitions.get(partition).stream()
                .filter(event -> event.sequence() >= from)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized long end(int partition) {
        return partitions.get(partition).size();
    }

    @Override
    public void expire(Instant before) {
        throw new UnsupportedOperationException("this stream forgets nothing");
    }
}
