package dev.muster.cli.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** How long each of many exchanges took. Immutable. */
public final class Latencies {
    private final long[] sorted;

    private Latencies(long[] sorted) {
        this.sorted = sorted;
    }

    /** @param parts nanoseconds, in any order; at least one */
    static Latencies of(List<long[]> parts) {
        long[] all = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        if (all.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Latencies(all);
    }

    /** The least latency that {@code percent} of all did not exceed (nearest rank). */
    public Duration percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return Duration.ofNanos(sorted[Math.max(rank, 1) - 1]);
    }
}
