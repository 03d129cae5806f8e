package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.attestation.Attestor.Attested;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.registration.AllocationWebhook.Answer;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.OtherStatus;
import dev.muster.registration.AllocationWebhook.Unusable;
import dev.muster.registration.DeviceCertificates.Grant;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Failed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Azure's "custom allocation" page, with a clock that is set by hand. */
final class CustomAllocationTest {
    private final RegistrationScene scene = new RegistrationScene();

    @Test
    void chosenHub_getsTheDeviceWithTheTwinAndTheDeviceThePayload() {
        InitialTwin twin = new InitialTwin(Map.of("plant", 7), Map.of("interval", 5));
        scene.answers.add(
                new Chosen(Optional.of("TWO.example"), Optional.of(twin), Optional.of(Map.of("color", "red"))));

        assertThat(scene.register(Optional.of("a text")).state()).isEqualTo(new Assigning(Optional.empty()));
        scene.carryOn();

        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Assigned.class,
                        assigned -> assertThat(assigned.assignment())
                                .isEqualTo(new Assignment(
                                        "two.example", "Device-1", Optional.of(Map.of("color", "red")))));
        assertThat(scene.two.provisioned)
                .singleElement()
                .satisfies(device -> assertThat(device.initialTwin()).contains(twin));
        assertThat(scene.one.provisioned).isEmpty();
        assertThat(scene.questions).singleElement().satisfies(question -> {
            assertThat(question.hubs()).containsExactly("one.example", "two.example", "far.example");
            assertThat(question.payload()).contains("a text");
            assertThat(question.current()).isEmpty();
        });
        assertThat(scene.store.due(RegistrationScene.DEVICE)).isEmpty();
        assertThat(scene.store.attempts.getLast().outcome())
                .isEqualTo("assigned to two.example as 'Device-1', as the webhook"
                        + " https://chooser.example/api/choose?**** answered");
    }

    @Test
    void deviceThatComesBack_isAskedForWithItsHub_andMoves() {
        scene.assign("one.example");
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        scene.register(Optional.empty());
        scene.carryOn();

        assertThat(scene.questions.getLast().current().map(Assignment::hub)).contains("one.example");
        assertThat(scene.one.removed).containsExactly("Device-1");
        assertThat(scene.two.provisioned).hasSize(1);
    }

    @Test
    void deviceWhoseWebhookFailsMeanwhile_isNotForgottenByItsHub() {
        scene.assign("one.example");
        assertFails(new OtherStatus(404), 400207, "answered 404");
        scene.answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        scene.register(Optional.empty());
        scene.carryOn();

        assertThat(scene.questions.getLast().current().map(Assignment::hub)).contains("one.example");
        assertThat(scene.one.removed).containsExactly("Device-1");
    }

    @Test
    void policyNever_doesNotAskAgain() {
        scene.enrolled = RegistrationScene.enrollment(false);
        scene.assign("one.example");

        Registration again = scene.assigner
                .assign(
                        new Assigner.Candidate(
                                RegistrationScene.DEVICE,
                                new Attested(RegistrationScene.enrollment(false), RegistrationScene.ATTESTED.proof()),
                                Optional.empty(),
                                new Grant.Nothing()),
                        RegistrationScene.ORIGIN)
                .join();

        assertThat(again.state()).isInstanceOf(Assigned.class);
        assertThat(scene.questions).hasSize(1);
    }

    @Test
    void answerWithoutAHub_fails() {
        assertFails(new Chosen(Optional.empty(), Optional.empty(), Optional.empty()), 400208, "iotHubHostName");
        assertFails(new Chosen(Optional.of(" "), Optional.empty(), Optional.empty()), 400208, "iotHubHostName");
    }

    @Test
    void answerWithAHubThatIsNotLinked_fails() {
        assertFails(
                new Chosen(Optional.of("three.example"), Optional.empty(), Optional.empty()), 400207, "three.example");
    }

    @Test
    void otherAnswers_fail() {
        assertFails(new OtherStatus(401), 400209, "answered 401");
        assertFails(new OtherStatus(204), 400207, "answered 204");
        assertFails(new OtherStatus(302), 400207, "answered 302");
        assertFails(new OtherStatus(403), 400207, "answered 403");
        assertFails(new OtherStatus(428), 400207, "answered 428");
        assertFails(new Unusable("nobody listens there"), 400207, "nobody listens there");
    }

    /** "10 times, first 1 s, growing by 9 s". */
    @Test
    void statusFrom429_isRetriedTenTimesWithGrowingPauses() {
        scene.register(Optional.empty());
        List<Duration> pauses = new ArrayList<>();
        for (int call = 0; call < 11; call++) {
            scene.answers.add(new OtherStatus(call % 2 == 0 ? 429 : 503));
            Instant asked = scene.now;
            scene.carryOn();
            scene.store.due(RegistrationScene.DEVICE).ifPresent(due -> {
                pauses.add(Duration.between(asked, due));
                scene.now = due;
            });
        }

        assertThat(pauses.stream().map(Duration::toSeconds))
                .containsExactly(1L, 10L, 19L, 28L, 37L, 46L, 55L, 64L, 73L, 82L);
        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(400207));
        assertThat(scene.store.attempts.getLast().explanation().orElseThrow().rule())
                .contains("429, asked 11 times");
    }

    private void assertFails(Answer answer, int code, String rule) {
        scene.register(Optional.empty());
        scene.answers.add(answer);
        scene.carryOn();
        assertThat(scene.state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(code));
        Attempt attempt = scene.store.attempts.getLast();
        assertThat(attempt.explanation().orElseThrow().rule()).contains(rule);
        assertThat(attempt.toString()).doesNotContain("secret");
    }
}
