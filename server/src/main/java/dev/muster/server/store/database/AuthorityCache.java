package dev.muster.server.store.database;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read of the groups and CA certificates, parsed: both are read at every registration and hardly ever written.
 * A change by this process shows at once; a change by another node of the same database within
 * {@link Database#authoritiesFreshness}. What has not been asked for lately goes first, a generation at a time. Safe
 * for any number of threads.
 */
public final class AuthorityCache<K, V> {
    /**
     * Devices choose what is looked up, so there must be a bound. There may be as many again of the older generation.
     */
    static final int MAX_ENTRIES = 10_000;

    private final Database database;
    private final long freshNanos;
    private volatile Generations<K, V> generations = new Generations<>(new ConcurrentHashMap<>(), Map.of());

    private record Entry<V>(V value, long version, long readAt) {}

    private record Generations<K, V>(Map<K, Entry<V>> young, Map<K, Entry<V>> old) {}

    public AuthorityCache(Database database) {
        this.database = database;
        this.freshNanos = database.authoritiesFreshness().toNanos();
    }

    public V get(K key, Supplier<V> read) {
        if (database.inTransaction()) {
            return read.get();
        }
        // Taken before the read: what a change overtakes is marked with the version before it, and never believed.
        long version = database.authoritiesVersion();
        long now = System.nanoTime();
        Entry<V> known = find(key);
        if (known != null && known.version == version && now - known.readAt < freshNanos) {
            return known.value;
        }
        V value = read.get();
        keep(key, new Entry<>(value, version, now));
        return value;
    }

    private @Nullable Entry<V> find(K key) {
        Generations<K, V> now = generations;
        Entry<V> entry = now.young.get(key);
        if (entry != null) {
            return entry;
        }
        Entry<V> older = now.old.get(key);
        if (older != null) {
            keep(key, older);
        }
        return older;
    }

    private void keep(K key, Entry<V> entry) {
        Map<K, Entry<V>> young = generations.young;
        young.put(key, entry);
        if (young.size() > MAX_ENTRIES) {
            age();
        }
    }

    /** Unless another thread just has. */
    private synchronized void age() {
        Map<K, Entry<V>> grown = generations.young;
        if (grown.size() > MAX_ENTRIES) {
            generations = new Generations<>(new ConcurrentHashMap<>(), grown);
        }
    }
}
