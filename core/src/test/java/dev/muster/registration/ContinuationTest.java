package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.OtherStatus;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Failed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is carried on, put off and dropped of what others take part in, with a clock that is set by hand. */
final class ContinuationTest {
    private final RegistrationScene scene = new RegistrationScene();

    @Test
    void deviceThatLeavesARemoteHub_waitsUntilThatHasForgottenIt() {
        scene.assign("far.example");
        scene.far.failures.add(
                new HubUnavailable("far.example", new Explanation("hub", "nobody listens there", "wait")));
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        scene.register(Optional.empty());
        scene.carryOn();
        assertThat(scene.state()).isInstanceOf(Assigning.class);
        scene.now = scene.store.due(RegistrationScene.DEVICE).orElseThrow();
        scene.carryOn();

        assertThat(scene.far.removed).containsExactly("Device-1");
        assertThat(scene.two.provisioned).hasSize(1);
        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Assigned.class,
                        assigned -> assertThat(assigned.substatus())
                                .isEqualTo(RegistrationState.Substatus.DEVICE_DATA_MIGRATED));
    }

    @Test
    void nothingIsDoneBeforeItsTime() {
        scene.register(Optional.empty());
        scene.answers.add(new OtherStatus(503));
        scene.carryOn();

        scene.now = scene.now.plusMillis(999);
        assertThat(scene.backlog.take(10, Set.of())).isEmpty();
        scene.now = scene.now.plusMillis(1);
        assertThat(scene.backlog.take(10, Set.of())).hasSize(1);
    }

    @Test
    void newerRegistration_takesThePlaceOfTheOneBefore() {
        scene.register(Optional.of("old"));
        PendingOperation old = scene.backlog.take(1, Set.of()).getFirst();
        scene.register(Optional.of("new"));
        scene.answers.add(new Chosen(Optional.of("one.example"), Optional.empty(), Optional.empty()));

        scene.continuation.carryOn(old);
        assertThat(scene.questions).isEmpty();
        scene.carryOn();

        assertThat(scene.questions)
                .singleElement()
                .satisfies(question -> assertThat(question.payload()).contains("new"));
    }

    @Test
    void deletedRegistration_isNotAskedFor() {
        scene.register(Optional.empty());
        scene.store.delete(RegistrationScene.DEVICE, new Precondition.Always());

        scene.carryOn();

        assertThat(scene.questions).isEmpty();
        assertThat(scene.store.due(RegistrationScene.DEVICE)).isEmpty();
        assertThat(scene.store.find(RegistrationScene.DEVICE)).isEmpty();
    }

    @Test
    void deletionWhileTheWebhookThinks_letsItsAnswerFall() {
        scene.answers.add(new Chosen(Optional.of("one.example"), Optional.empty(), Optional.empty()));
        scene.register(Optional.empty());
        PendingOperation operation = scene.backlog.take(1, Set.of()).getFirst();
        scene.store.delete(RegistrationScene.DEVICE, new Precondition.Always());
        scene.store.put(operation, scene.now);
        PendingOperation taken = scene.backlog.take(1, Set.of()).getFirst();

        scene.continuation.carryOn(taken);

        assertThat(scene.one.provisioned).isEmpty();
        assertThat(scene.store.find(RegistrationScene.DEVICE)).isEmpty();
    }

    @Test
    void enrollmentThatIsGone_fails() {
        scene.register(Optional.empty());
        scene.enrolled = null;

        scene.carryOn();

        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(404201));
    }

    @Test
    void remoteHubThatIsDown_isAskedAgainWithoutEndAndSaidOnce() {
        for (int failure = 0; failure < 20; failure++) {
            scene.far.failures.add(
                    new HubUnavailable("far.example", new Explanation("hub", "nobody listens there", "wait")));
            scene.answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        }
        scene.answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        scene.register(Optional.empty());
        List<Duration> pauses = new ArrayList<>();
        while (!scene.far.failures.isEmpty()) {
            Instant asked = scene.now;
            scene.carryOn();
            scene.now = scene.store.due(RegistrationScene.DEVICE).orElseThrow();
            pauses.add(Duration.between(asked, scene.now));
        }
        assertThat(scene.state()).isInstanceOf(Assigning.class);
        scene.carryOn();

        assertThat(pauses.stream().map(Duration::toSeconds))
                .startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L)
                .endsWith(60L);
        assertThat(scene.far.provisioned).hasSize(1);
        assertThat(scene.state()).isInstanceOf(Assigned.class);
        assertThat(scene.store.attempts.stream().flatMap(attempt -> attempt.explanation().stream()))
                .hasSize(1);
    }

    @Test
    void remoteHubThatRefusesForGood_failsTheRegistration() {
        scene.far.failures.add(new Refusal(
                Refusal.Reason.FORBIDDEN, "no", new Explanation("hub", "it answered 403 quota", "make room")));

        scene.assign("far.example");

        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(403000));
        assertThat(scene.store.attempts.getLast().explanation().orElseThrow().rule())
                .contains("it answered 403 quota");
    }

    /** Its new hub has the data already, so the next move begins there. */
    @Test
    void newerRegistration_amidAMove_goesOnFromWhereTheDeviceIs() {
        Data.Moved data = new Data.Moved(Map.of("plant", 7), Map.of(), Map.of("firmware", "1.2"));
        scene.assign("one.example");
        scene.one.data.put("Device-1", data);
        scene.answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        scene.register(Optional.empty());
        scene.far.onProvision = () -> {
            scene.far.data.put("Device-1", data);
            scene.register(Optional.of("newer"));
        };

        scene.carryOn();
        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Assigning.class,
                        assigning -> assertThat(assigning
                                        .previous()
                                        .map(it -> it.assignment().hub()))
                                .contains("far.example"));
        assertThat(scene.one.removed).containsExactly("Device-1");

        scene.far.onProvision = () -> {};
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));
        scene.carryOn();
        assertThat(scene.far.removed).containsExactly("Device-1");
        assertThat(scene.two.provisioned).extracting(NewDevice::data).containsExactly(data);
        assertThat(scene.state()).isInstanceOf(Assigned.class);
    }

    @Test
    void newerRegistration_amidAFirstOne_leavesNothingBehind() {
        scene.answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        scene.register(Optional.empty());
        scene.far.onProvision = () -> scene.register(Optional.of("newer"));
        scene.carryOn();

        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));
        scene.carryOn();

        assertThat(scene.far.removed).containsExactly("Device-1");
        assertThat(scene.two.provisioned).hasSize(1);
    }
}
