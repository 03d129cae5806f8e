package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TokenBucket bucket = new TokenBucket(30, PATIENCE);

    @Test
    void burst_isTenSecondsWorth() {
        for (int taken = 0; taken < 5; taken++) {
            assertThat(bucket.take(START)).contains(Duration.ZERO);
        }

        assertThat(bucket.take(START)).contains(Duration.ofSeconds(2));
        assertThat(bucket.take(START)).contains(Duration.ofSeconds(4));
    }

    @Test
    void longerWaitThanPatience_takesNothing() {
        drain();

        assertThat(bucket.take(START)).isEmpty();
        assertThat(bucket.take(START)).isEmpty();
        assertThat(bucket.take(START.plusSeconds(1))).contains(PATIENCE);
    }

    @Test
    void token_comesBackAtTheRate() {
        drain();

        assertThat(bucket.takeAtOnce(START.plusSeconds(5))).isFalse();
        assertThat(bucket.takeAtOnce(START.plusSeconds(6))).isTrue();
        assertThat(bucket.takeAtOnce(START.plusSeconds(7))).isFalse();
        assertThat(bucket.takeAtOnce(START.plusSeconds(8))).isTrue();
    }

    @Test
    void restedBucket_holdsNoMoreThanItsBurst() {
        Instant later = START.plus(Duration.ofDays(1));
        assertThat(bucket.takeAtOnce(START)).isTrue();
        for (int taken = 0; taken < 5; taken++) {
            assertThat(bucket.takeAtOnce(later)).isTrue();
        }

        assertThat(bucket.takeAtOnce(later)).isFalse();
    }

    @Test
    void slowestRate_letsOneThrough() {
        TokenBucket slow = new TokenBucket(1, Duration.ofSeconds(60));

        assertThat(slow.take(START)).contains(Duration.ZERO);
        assertThat(slow.take(START)).contains(Duration.ofMinutes(1));
        assertThat(slow.take(START)).isEmpty();
    }

    @Test
    void clockSetBack_locksNobodyOut() {
        drain();

        assertThat(bucket.take(START.minus(Duration.ofDays(1)))).contains(Duration.ZERO);
    }

    private void drain() {
        for (int taken = 0; taken < 7; taken++) {
            assertThat(bucket.take(START)).isPresent();
        }
    }
}
