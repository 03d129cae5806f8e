package dev.muster.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {
    private static final Cost SLOW = new Cost(100, Duration.ofSeconds(1), Duration.ofMillis(40), Duration.ofMillis(10));
    private static final Cost FAST = new Cost(300, Duration.ofSeconds(1), Duration.ofMillis(40), Duration.ofMillis(50));

    @Test
    void median_isTheRoundInTheMiddle_howeverFarTheOthersAre() {
        Cost between = new Cost(200, Duration.ofSeconds(1), Duration.ofMillis(40), Duration.ofMillis(50));

        assertThat(Cost.median(List.of(SLOW, FAST, between))).isEqualTo(between);
    }

    @Test
    void ratio_ofServerTimePerExchange() {
        assertThat(SLOW.ratioTo(FAST)).isEqualTo(3);
    }
}
