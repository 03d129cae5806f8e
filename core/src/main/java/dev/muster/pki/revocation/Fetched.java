package dev.muster.pki.revocation;

import dev.muster.base.NoWaiting;
import dev.muster.pki.revocation.RevocationSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was fetched from elsewhere, remembered for as long as it is good. After half of that, or an hour, whoever asks
 * gets what is there while it is fetched anew; what cannot be had is not tried again for half a minute. Each is fetched
 * by one virtual thread at a time, for which all wait who need it. Safe for any number of threads.
 */
final class Fetched<K, V> {
    private static final Duration FRESH = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final Duration UNUSED = Duration.ofDays(1);

    private final Source<K, V> source;
    private final int limit;
    private final InstantSource clock;
    private final Map<K, Slot<V>> slots = new ConcurrentHashMap<>();

    /** @param limit how many are remembered; those that were not used for the longest time go first */
    Fetched(Source<K, V> source, int limit, InstantSource clock) {
        this.source = source;
        this.limit = limit;
        this.clock = clock;
    }

    /** @param until when it is no longer to be believed */
    record Good<V>(V value, Instant until) {}

    /** Whence it comes. */
    interface Source<K, V> {
        Good<V> fetch(K key) throws Unavailable;
    }

    private static final class Slot<V> {
        private @Nullable Good<V> good;
        private Instant due = Instant.MIN;
        private Instant retry = Instant.MIN;
        private String failure = "";
        private volatile Instant used = Instant.MIN;
        private @Nullable CompletableFuture<Void> underWay;

        private @Nullable Good<V> good(Instant now) {
            Good<V> last = good;
            return last != null && now.isBefore(last.until()) ? last : null;
        }
    }

    /** Waits for it where it is not there. */
    V get(K key) throws Unavailable {
        Slot<V> slot = slot(key);
        CompletableFuture<Void> fetch;
        synchronized (slot) {
            Instant now = clock.instant();
            slot.used = now;
            Good<V> good = slot.good(now);
            if (good != null) {
                refresh(key, slot, now);
                return good.value();
            }
            if (now.isBefore(slot.retry)) {
                throw new Unavailable(slot.failure);
            }
            fetch = fetch(key, slot);
        }
        NoWaiting.end();
        fetch.join();
        synchronized (slot) {
            Good<V> good = slot.good(clock.instant());
            if (good == null) {
                throw new Unavailable(slot.failure);
            }
            return good.value();
        }
    }

    /** Fetches anew what is due, so that it is there before it is asked for, and forgets what nobody asks for. */
    void refresh() {
        Instant now = clock.instant();
        slots.values().removeIf(slot -> slot.used.isBefore(now.minus(UNUSED)));
        slots.forEach((key, slot) -> {
            synchronized (slot) {
                refresh(key, slot, now);
            }
        });
    }

    private void refresh(K key, Slot<V> slot, Instant now) {
        if (!now.isBefore(slot.due) && !now.isBefore(slot.retry)) {
            var _ = fetch(key, slot);
        }
    }

    private CompletableFuture<Void> fetch(K key, Slot<V> slot) {
        CompletableFuture<Void> already = slot.underWay;
        if (already != null) {
            return already;
        }
        CompletableFuture<Void> fetch = CompletableFuture.runAsync(() -> work(key, slot), Thread::startVirtualThread);
        slot.underWay = fetch;
        return fetch;
    }

    private void work(K key, Slot<V> slot) {
        @Nullable Good<V> good = null;
        String failure = "";
        try {
            good = source.fetch(key);
        } catch (Unavailable e) {
            failure = e.reason();
        } catch (RuntimeException e) {
            // What strangers send must not end in an error here, however a parser fails at it.
            failure = "it cannot be read: " + e;
        }
        Instant now = clock.instant();
        synchronized (slot) {
            slot.underWay = null;
            if (good == null) {
                slot.failure = failure;
                slot.retry = now.plus(RETRY);
            } else {
                Duration half = Duration.between(now, good.until()).dividedBy(2);
                slot.good = good;
                slot.due = now.plus(half.compareTo(FRESH) < 0 ? half : FRESH);
                slot.retry = Instant.MIN;
            }
        }
    }

    private Slot<V> slot(K key) {
        Slot<V> known = slots.get(key);
        if (known != null) {
            return known;
        }
        if (slots.size() >= limit) {
            slots.entrySet().stream()
                    .min(Comparator.comparing(entry -> entry.getValue().used))
                    .ifPresent(oldest -> slots.remove(oldest.getKey()));
        }
        return slots.computeIfAbsent(key, _ -> {
            Slot<V> fresh = new Slot<>();
            fresh.used = clock.instant();
            return fresh;
        });
    }
}
