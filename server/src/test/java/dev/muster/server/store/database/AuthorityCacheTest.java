package dev.muster.server.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityCacheTest {
    private static final int GROUPS = AuthorityCache.MAX_ENTRIES;

    @TempDir
    private Path directory;

    private Database database;
    private AuthorityCache<Integer, String> cache;
    private final AtomicInteger reads = new AtomicInteger();

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(directory.resolve("muster.db"));
        cache = new AuthorityCache<>(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tenThousandGroups_areReadOnceWhateverTheirOrder() {
        for (int round = 0; round < 3; round++) {
            for (int group = 0; group < GROUPS; group++) {
                get(group);
            }
        }

        assertThat(reads).hasValue(GROUPS);
    }

    /** What is asked for again and again stays, however many others are asked for once. */
    @Test
    void strangers_doNotPushOutWhatIsInUse() {
        for (int stranger = 0; stranger < 10 * GROUPS; stranger++) {
            get(-1 - stranger);
            get(stranger % 100);
        }

        assertThat(reads).hasValue(10 * GROUPS + 100);
    }

    @Test
    void change_isSeenAtOnce() {
        assertThat(get(1)).isEqualTo("1 read 1");
        database.change(sql -> database.authoritiesChanged(sql));

        assertThat(get(1)).isEqualTo("1 read 2");
    }

    private String get(int key) {
        return cache.get(key, () -> key + " read " + reads.incrementAndGet());
    }
}
