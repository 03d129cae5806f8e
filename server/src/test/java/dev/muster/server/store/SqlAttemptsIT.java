package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Explanation;
import dev.muster.registration.Attempt;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class SqlAttemptsIT {
    private static final int BOUND = 20;

    private final TestStore store;
    private final SqlAttempts attempts;

    SqlAttemptsIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
        attempts = new SqlAttempts(store.database(), BOUND);
    }

    @AfterEach
    void close() {
        attempts.close();
        store.close();
    }

    @Test
    void attempts_ofADevice_areFoundNewestFirst() {
        Attempt good = good("Device-1", "assigned");
        Attempt bad = bad("DEVICE-1");
        attempts.record(good);
        attempts.record(good("other", "assigned"));
        attempts.record(bad);

        assertThat(attempts.of("device-1", 10)).containsExactly(bad, good);
        assertThat(attempts.of("device-1", 1)).containsExactly(bad);
        assertThat(attempts.of("nobody", 10)).isEmpty();
    }

    @Test
    void attempts_thatFailed_canBeListedAlone() {
        Attempt good = good("a", "assigned");
        Attempt bad = bad("b");
        attempts.record(bad);
        attempts.record(good);

        assertThat(attempts.list(true, 10)).containsExactly(bad);
        assertThat(attempts.list(false, 10)).containsExactly(good, bad);
    }

    @Test
    void attempts_areBoundedAndTheOldestGo() {
        IntStream.range(0, 3 * BOUND).forEach(number -> attempts.record(good("device", "try " + number)));

        List<Attempt> kept = attempts.list(false, 10 * BOUND);

        assertThat(kept).hasSize(BOUND);
        assertThat(kept.getFirst().outcome()).isEqualTo("try " + (3 * BOUND - 1));
        assertThat(kept.getLast().outcome()).isEqualTo("try " + 2 * BOUND);
    }

    @Test
    void attempts_withHostileTexts_areKeptClippedAndOnOneLine() {
        attempts.record(good("a\0b\n" + "x".repeat(5_000), "assigned"));

        List<Attempt> kept = attempts.list(false, 10);

        assertThat(kept)
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.registrationId())
                        .startsWith("a b xx")
                        .hasSize(1_000));
        assertThat(attempts.of("A\0b\n" + "x".repeat(5_000), 10)).isEqualTo(kept);
    }

    @Test
    void attempts_surviveARestart() {
        attempts.record(bad("device-1"));
        attempts.close();

        try (SqlAttempts reopened = new SqlAttempts(store.reopen(), BOUND)) {
            assertThat(reopened.of("device-1", 10)).hasSize(1);
        }
    }

    private static Attempt good(String registrationId, String outcome) {
        return new Attempt(
                Samples.NOW,
                Optional.empty(),
                registrationId,
                "192.0.2.1",
                "MQTT",
                List.of("CN=a, issued by CN=b", "CN=b, issued by CN=b"),
                Optional.of("enrollment group 'plant'"),
                true,
                outcome,
                Optional.empty(),
                Optional.empty());
    }

    private static Attempt bad(String registrationId) {
        return new Attempt(
                Samples.NOW,
                Optional.of("tracking"),
                registrationId,
                "192.0.2.1",
                "HTTPS",
                List.of(),
                Optional.empty(),
                false,
                "refused: Invalid certificate.",
                Optional.empty(),
                Optional.of(new Explanation("certificate 1", "expired", "renew it")));
    }
}
