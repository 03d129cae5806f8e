package dev.muster.pki.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.pki.revocation.RevocationSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FetchedTest {
    private static final Instant START = Instant.parse("2026-07-01T12:00:00Z");

    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private volatile Instant now = START;
    private volatile Duration life = Duration.ofHours(1);
    private volatile boolean isDown;
    private final Fetched<String, String> fetched = new Fetched<>(this::fetch, 2, () -> now);

    private Fetched.Good<String> fetch(String key) throws Unavailable {
        asked.add(key);
        if (isDown) {
            throw new Unavailable("it is down");
        }
        return new Fetched.Good<>(key + " of " + now, now.plus(life));
    }

    @Test
    void whatIsGood_isFetchedOnce() throws Exception {
        assertThat(fetched.get("a")).isEqualTo("a of " + START);
        now = START.plus(Duration.ofMinutes(29));
        assertThat(fetched.get("a")).isEqualTo("a of " + START);
        fetched.refresh();

        assertThat(asked).containsExactly("a");
    }

    @Test
    void whatIsHalfOver_isGivenAndFetchedAnew() throws Exception {
        fetched.get("a");
        asked.clear();
        now = START.plus(Duration.ofMinutes(30));

        assertThat(fetched.get("a")).isEqualTo("a of " + START);
        assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
    }

    @Test
    void whatIsDue_isFetchedBeforeAnybodyAsks_unlessNobodyHasForADay() throws Exception {
        life = Duration.ofDays(10);
        fetched.get("a");
        asked.clear();
        now = START.plus(Duration.ofHours(1));
        fetched.refresh();
        assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("a");

        now = START.plus(Duration.ofHours(25));
        fetched.refresh();
        assertThat(fetched.get("a")).isEqualTo("a of " + now);
    }

    @Test
    void whatIsOver_isNotGiven() throws Exception {
        fetched.get("a");
        isDown = true;
        now = START.plus(life);

        assertUnavailable("a");
    }

    @Test
    void whatCannotBeHad_isLeftAloneForAWhile() throws Exception {
        isDown = true;
        assertUnavailable("a");
        isDown = false;
        now = START.plusSeconds(29);
        assertUnavailable("a");
        assertThat(asked).containsExactly("a");

        now = START.plusSeconds(30);
        assertThat(fetched.get("a")).isEqualTo("a of " + now);
    }

    @Test
    void allWhoNeedTheSame_waitForOneFetch() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        Fetched<String, String> slow = new Fetched<>(
                key -> {
                    asked.add(key);
                    awaitQuietly(answered);
                    return new Fetched.Good<>("late", START.plus(life));
                },
                2,
                () -> START);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all = IntStream.range(0, 50)
                    .mapToObj(_ -> threads.submit(() -> slow.get("a")))
                    .toList();
            assertThat(asked.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
            answered.countDown();
            for (Future<String> each : all) {
                assertThat(each.get()).isEqualTo("late");
            }
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whatWasNotUsedForTheLongest_makesRoom() throws Exception {
        fetched.get("a");
        now = START.plusSeconds(1);
        fetched.get("b");
        now = START.plusSeconds(2);
        fetched.get("a");
        fetched.get("c");
        asked.clear();

        fetched.get("a");
        assertThat(asked).isEmpty();
        fetched.get("b");
        assertThat(asked).containsExactly("b");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertUnavailable(String key) {
        assertThatThrownBy(() -> fetched.get(key))
                .isInstanceOfSatisfying(
                        Unavailable.class, e -> assertThat(e.reason()).isEqualTo("it is down"));
    }
}
