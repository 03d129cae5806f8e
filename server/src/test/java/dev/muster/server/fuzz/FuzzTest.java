package dev.muster.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A few seconds with a fixed seed; {@link LongFuzz} is for longer, and looks where it gets. */
class FuzzTest {
    private static final Path FINDINGS = Path.of("src/test/resources/fuzz");
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

    /** What longer runs have found, each in a file named after its target and what is wrong with it. */
    @ParameterizedTest
    @MethodSource
    void finding_isTakenOrRefused(FuzzTargets which, Path finding) throws IOException {
        byte[] input = Files.readAllBytes(finding);

        assertThatCode(() -> which.make().take(input)).doesNotThrowAnyException();
    }

    static List<Arguments> finding_isTakenOrRefused() throws IOException {
        List<Arguments> findings = new ArrayList<>();
        for (FuzzTargets target : FuzzTargets.values()) {
            Path directory = FINDINGS.resolve(target.name());
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.forEach(file -> findings.add(Arguments.of(target, file)));
                }
            }
        }
        return findings;
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
