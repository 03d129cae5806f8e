package dev.muster.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PooledRandomTest {
    private static final int THREADS = 8;
    private static final int EACH = 5_000;

    private final PooledRandom random = new PooledRandom(new SecureRandom());

    @Test
    void threads_neverGetTheSameNumber() throws Exception {
        Callable<long[]> draw = this::draw;
        Set<Long> drawn = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<long[]> some : threads.invokeAll(Collections.nCopies(THREADS, draw))) {
                LongStream.of(some.get()).forEach(drawn::add);
            }
        }

        assertThat(drawn).hasSize(THREADS * EACH);
    }

    @Test
    void everyBit_isSometimesSet() {
        assertThat(LongStream.of(draw()).reduce(0, (some, more) -> some | more)).isEqualTo(-1);
        assertThat(LongStream.of(draw()).reduce(-1, (some, more) -> some & more))
                .isZero();
    }

    private long[] draw() {
        return LongStream.generate(random::nextLong).limit(EACH).toArray();
    }
}
