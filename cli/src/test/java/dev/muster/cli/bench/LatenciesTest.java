package dev.muster.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void percentile_nearestRankOfAllParts() {
        Latencies latencies = Latencies.of(List.of(
                LongStream.rangeClosed(51, 100).toArray(),
                LongStream.rangeClosed(1, 50).toArray()));

        assertThat(latencies.percentile(50)).isEqualTo(Duration.ofNanos(50));
        assertThat(latencies.percentile(99)).isEqualTo(Duration.ofNanos(99));
        assertThat(latencies.percentile(100)).isEqualTo(Duration.ofNanos(100));
        assertThat(latencies.percentile(0)).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void percentile_ofOne_isThatOne() {
        assertThat(Latencies.of(List.of(new long[] {7})).percentile(99)).isEqualTo(Duration.ofNanos(7));
    }

    @Test
    void latencies_ofNothing_areRefused() {
        assertThatThrownBy(() -> Latencies.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
