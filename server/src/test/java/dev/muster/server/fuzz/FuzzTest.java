package dev.muster.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few seconds with a fixed seed; {@link LongFuzz} is for longer, and looks where it gets. */
class FuzzTest {
    private static final int ROUNDS = 3000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource
    void damagedInput_isTakenOrRefused(FuzzTargets which) {
        AtomicReference<byte[]> current = new AtomicReference<>(new byte[0]);
        assertTimeoutPreemptively(
                LIMIT,
                () -> run(which.make(), current),
                () -> "hung on " + HexFormat.of().formatHex(current.get()));
    }

    private static void run(FuzzTarget target, AtomicReference<byte[]> current) {
        for (byte[] sample : target.samples()) {
            current.set(sample);
            target.take(sample);
        }
        assertThat(target.samples()).isNotEmpty();
        Damage damage = new Damage(target.samples(), new Random(20));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = damage.next();
            current.set(input);
            try {
                target.take(input.clone());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "in round " + round + " by " + HexFormat.of().formatHex(input), e);
            }
        }
    }
}
