package dev.muster.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void messages_areStoredInTheirOrderAsTheSenders() {
        List<Event> stored = new ArrayList<>();
        Telemetry telemetry = new Telemetry(new EventList(stored), InstantSource.fixed(NOW));
        telemetry.accept(
                new Telemetry.Sender("hub.example", "dev1", "7"),
                List.of(
                        new Telemetry.Sent(Map.of("message-id", "1"), Map.of("a", "b"), new byte[] {1}),
                        new Telemetry.Sent(Map.of(), Map.of(), new byte[] {2})));
        assertThat(stored).extracting(event -> event.message().body()[0]).containsExactly((byte) 1, (byte) 2);
        Event first = stored.getFirst();
        assertThat(first.enqueued()).isEqualTo(NOW);
        assertThat(first.message())
                .extracting(Event.Message::hub, Event.Message::deviceId, Event.Message::generationId)
                .containsExactly("hub.example", "dev1", "7");
        assertThat(first.message().systemProperties()).containsOnly(Map.entry("message-id", "1"));
        assertThat(first.message().properties()).containsOnly(Map.entry("a", "b"));
    }

    @Test
    void size_countsBodyAndPropertiesButNoSystemNames() {
        int left = Devices.MAX_MESSAGE_BYTES - "id".length() - "name".length() - "ä".length() * 2;
        assertThat(new Telemetry.Sent(Map.of("message-id", "id"), Map.of("name", "ä"), new byte[left]).body())
                .hasSize(left);
        assertThatThrownBy(
                        () -> new Telemetry.Sent(Map.of("message-id", "id"), Map.of("name", "ä"), new byte[left + 1]))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.TOO_LARGE));
    }

    private record EventList(List<Event> stored) implements Events {
        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public Event append(Event.Message message, Instant enqueued) {
            Event event = new Event(0, stored.size(), enqueued, message);
            stored.add(event);
            return event;
        }

        @Override
        public List<Event> read(int partition, long from, int limit) {
            return stored;
        }

        @Override
        public long end(int partition) {
            return stored.size();
        }

        @Override
        public void expire(Instant before) {}
    }
}
