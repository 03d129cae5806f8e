package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
    private static final RegistrationId DEVICE = new RegistrationId("device");

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<Duration> waits = new ArrayList<>();

    @Test
    void registrationBeyondTheLimit_waits() {
        Throttle throttle = throttle(Optional.of(12), Optional.empty());

        for (int device = 0; device < 4; device++) {
            throttle.admitRegistration();
        }

        assertThat(waits).containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void registrationThatWouldWaitTooLong_isRefusedWithoutWaiting() {
        Throttle throttle = throttle(Optional.of(12), Optional.empty());
        for (int device = 0; device < 6; device++) {
            throttle.admitRegistration();
        }
        waits.clear();

        Refusal refusal = catchThrowableOfType(Refusal.class, throttle::admitRegistration);

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.THROTTLED);
        assertThat(refusal.explanation().orElseThrow().rule()).contains("12 registrations a minute");
        assertThat(waits).isEmpty();
    }

    @Test
    void polls_areCountedForEachDeviceHoweverItSpellsItsId() {
        Throttle throttle = throttle(Optional.empty(), Optional.of(6));

        assertThat(pollIsAdmittedAtOnce(throttle, "device")).isTrue();
        assertThat(pollIsAdmittedAtOnce(throttle, "DEVICE")).isFalse();
        assertThat(pollIsAdmittedAtOnce(throttle, "other")).isTrue();
    }

    @Test
    void whoMustNotWait_hasTakenNothing() {
        Throttle throttle = throttle(Optional.of(12), Optional.empty());
        throttle.admitRegistration();
        throttle.admitRegistration();

        for (int attempt = 0; attempt < 10; attempt++) {
            assertThat(registrationIsAdmittedAtOnce(throttle)).isFalse();
        }
        throttle.admitRegistration();

        assertThat(waits).containsExactly(Duration.ofSeconds(5));
    }

    @Test
    void pollThatWouldWaitTooLong_isRefused() {
        Throttle throttle = throttle(Optional.empty(), Optional.of(6));
        throttle.admitPoll(DEVICE);

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> throttle.admitPoll(DEVICE));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.THROTTLED);
        assertThat(refusal.explanation().orElseThrow().subject()).isEqualTo("device 'device'");
    }

    @Test
    void noLimit_admitsAllAndRemembersNobody() {
        Throttle throttle = throttle(Optional.empty(), Optional.empty());

        for (int request = 0; request < 1000; request++) {
            throttle.admitRegistration();
            throttle.admitPoll(DEVICE);
        }

        assertThat(waits).isEmpty();
        assertThat(throttle.remembered()).isZero();
    }

    @Test
    void remembered_isBounded() {
        Throttle throttle = throttle(Optional.empty(), Optional.of(6));

        for (int device = 0; device < 30_000; device++) {
            throttle.admitPoll(new RegistrationId("device-" + device));
        }

        assertThat(throttle.remembered()).isEqualTo(20_000);
    }

    @Test
    void interruptedWait_isARefusalAndStaysInterrupted() {
        Throttle throttle = new Throttle(new Throttle.Limits(Optional.of(12), Optional.empty()), clock, _ -> {
            throw new InterruptedException();
        });
        throttle.admitRegistration();
        throttle.admitRegistration();

        Refusal refusal = catchThrowableOfType(Refusal.class, throttle::admitRegistration);

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.THROTTLED);
        assertThat(Thread.interrupted()).isTrue();
    }

    private static boolean pollIsAdmittedAtOnce(Throttle throttle, String id) {
        return isAtOnce(() -> throttle.admitPoll(new RegistrationId(id)));
    }

    private static boolean registrationIsAdmittedAtOnce(Throttle throttle) {
        return isAtOnce(throttle::admitRegistration);
    }

    private static boolean isAtOnce(Runnable admission) {
        return NoWaiting.attempt(() -> {
                    admission.run();
                    return true;
                })
                .isPresent();
    }

    private Throttle throttle(Optional<Integer> registrations, Optional<Integer> polls) {
        return new Throttle(new Throttle.Limits(registrations, polls), clock, waits::add);
    }
}
