package dev.muster.server.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What was read of the groups and CA certificates, parsed: both are read at every registration and hardly ever written.
 * A change by this process shows at once; a change by another node of the same database within
 * {@link Database#authoritiesFreshness}. Safe for any number of threads.
 */
final class AuthorityCache<K, V> {
    /** Devices choose what is looked up, so there must be a bound. */
    private static final int MAX_ENTRIES = 10_000;

    private final Database database;
    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final long freshNanos;

    private record Entry<V>(V value, long version, long readAt) {}

    AuthorityCache(Database database) {
        this.database = database;
        this.freshNanos = database.authoritiesFreshness().toNanos();
    }

    V get(K key, Supplier<V> read) {
        if (database.inTransaction()) {
            return read.get();
        }
        // Taken before the read: what a change overtakes is marked with the version before it, and never believed.
        long version = database.authoritiesVersion();
        long now = System.nanoTime();
        Entry<V> known = entries.get(key);
        if (known != null && known.version == version && now - known.readAt < freshNanos) {
            return known.value;
        }
        V value = read.get();
        if (entries.size() >= MAX_ENTRIES) {
            entries.clear();
        }
        entries.put(key, new Entry<>(value, version, now));
        return value;
    }
}
