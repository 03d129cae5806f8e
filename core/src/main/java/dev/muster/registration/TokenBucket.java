package dev.muster.registration;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * So many requests a minute, of which ten seconds' worth may come at once. Keeps a single number, the time when it will
 * be full again. Safe for any number of threads.
 */
final class TokenBucket {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final int BURSTS_A_MINUTE = 6;

    private final long interval;
    private final long burst;
    private final long patience;
    private long full = Long.MIN_VALUE;

    /**
     * @param perMinute 1 at least
     * @param patience how long a caller may be told to wait
     */
    TokenBucket(int perMinute, Duration patience) {
        this.interval = MINUTE / perMinute;
        this.burst = Math.max(1, perMinute / BURSTS_A_MINUTE) * interval;
        this.patience = patience.toNanos();
    }

    /**
     * Takes a token, or one that comes soon.
     *
     * @return how long the caller has to wait; empty if that is too long, and then nothing was taken
     */
    synchronized Optional<Duration> take(Instant time) {
        return take(time, patience);
    }

    /** Takes a token if there is one now. */
    synchronized boolean takeAtOnce(Instant time) {
        return take(time, 0).isPresent();
    }

    private Optional<Duration> take(Instant time, long longest) {
        long now = TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
        // Nothing that was granted leads beyond burst and patience; if it seems to, the clock was set back.
        if (full < now || full > now + burst + patience) {
            full = now;
        }
        long wait = Math.max(0, full + interval - burst - now);
        if (wait > longest) {
            return Optional.empty();
        }
        full += interval;
        return Optional.of(Duration.ofNanos(wait));
    }
}
