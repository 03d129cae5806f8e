package dev.muster.registration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.FakeHub;
import dev.muster.allocation.HubLinksInMemory;
import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHubs;
import dev.muster.authority.TestIssuer;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Attestor.Attested;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.enrollment.Enrollment.ReprovisionPolicy;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.Proof;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.AllocationWebhook.Answer;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.OtherStatus;
import dev.muster.registration.AllocationWebhook.Question;
import dev.muster.registration.AllocationWebhook.Unusable;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Failed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Azure's "custom allocation" page, with a clock that is set by hand. */
final class CustomAllocationTest {
    private static final RegistrationId DEVICE = new RegistrationId("Device-1");
    private static final String URL = "https://chooser.example/api/choose?code=secret";
    private static final Attestation KEYS =
            new Attestation.SharedKeys(new SymmetricKeys(SymmetricKey.of(new byte[16]), SymmetricKey.of(new byte[16])));
    private static final Attested ATTESTED =
            new Attested(enrollment(true), new Proof.Keys(((Attestation.SharedKeys) KEYS).keys()));
    private static final Origin ORIGIN = new Origin("Device-1", "192.0.2.1", "HTTPS", List.of());

    private final FakeHub one = FakeHub.local("one.example");
    private final FakeHub two = FakeHub.local("two.example");
    private final FakeHub far = FakeHub.remote("far.example");
    private final StoreInMemory store = new StoreInMemory();
    private final List<Question> questions = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Enrollment.@Nullable Individual enrolled = enrollment(true);

    private final InstantSource clock = () -> now;
    private final Allocation allocation =
            new Allocation(new LinkedHubs(List.of(one, two), HubLinksInMemory.of("far.example"), _ -> far));
    private final Backlog backlog = new Backlog(store, store, clock, "this");
    private final Assigner assigner =
            new Assigner(allocation, store, backlog, new TestIssuer(clock).issuer(), store, clock, new Random(1));
    private final Continuation continuation = new Continuation(
            new OneEnrollment(),
            new NoGroups(),
            allocation,
            assigner,
            (_, question) -> {
                questions.add(question);
                return answers.removeFirst();
            },
            backlog,
            new Continuation.Journal(store, clock));

    @Test
    void chosenHub_getsTheDeviceWithTheTwinAndTheDeviceThePayload() {
        InitialTwin twin = new InitialTwin(Map.of("plant", 7), Map.of("interval", 5));
        answers.add(new Chosen(Optional.of("TWO.example"), Optional.of(twin), Optional.of(Map.of("color", "red"))));

        assertThat(register(Optional.of("a text")).state()).isEqualTo(new Assigning(Optional.empty()));
        carryOn();

        assertThat(state())
                .isInstanceOfSatisfying(
                        Assigned.class,
                        assigned -> assertThat(assigned.assignment())
                                .isEqualTo(new Assignment(
                                        "two.example", "Device-1", Optional.of(Map.of("color", "red")))));
        assertThat(two.provisioned)
                .singleElement()
                .satisfies(device -> assertThat(device.initialTwin()).contains(twin));
        assertThat(one.provisioned).isEmpty();
        assertThat(questions).singleElement().satisfies(question -> {
            assertThat(question.hubs()).containsExactly("one.example", "two.example", "far.example");
            assertThat(question.payload()).contains("a text");
            assertThat(question.current()).isEmpty();
        });
        assertThat(store.due(DEVICE)).isEmpty();
        assertThat(store.attempts.getLast().outcome())
                .isEqualTo("assigned to two.example as 'Device-1', as the webhook"
                        + " https://chooser.example/api/choose?**** answered");
    }

    @Test
    void deviceThatComesBack_isAskedForWithItsHub_andMoves() {
        assign("one.example");
        answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        register(Optional.empty());
        carryOn();

        assertThat(questions.getLast().current().map(Assignment::hub)).contains("one.example");
        assertThat(one.removed).containsExactly("Device-1");
        assertThat(two.provisioned).hasSize(1);
    }

    @Test
    void deviceWhoseWebhookFailsMeanwhile_isNotForgottenByItsHub() {
        assign("one.example");
        assertFails(new OtherStatus(404), 400207, "answered 404");
        answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        register(Optional.empty());
        carryOn();

        assertThat(questions.getLast().current().map(Assignment::hub)).contains("one.example");
        assertThat(one.removed).containsExactly("Device-1");
    }

    @Test
    void deviceThatLeavesARemoteHub_waitsUntilThatHasForgottenIt() {
        assign("far.example");
        far.failures.add(new HubUnavailable("far.example", new Explanation("hub", "nobody listens there", "wait")));
        answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));
        answers.add(new Chosen(Optional.of("two.example"), Optional.empty(), Optional.empty()));

        register(Optional.empty());
        carryOn();
        assertThat(state()).isInstanceOf(Assigning.class);
        now = store.due(DEVICE).orElseThrow();
        carryOn();

        assertThat(far.removed).containsExactly("Device-1");
        assertThat(two.provisioned).hasSize(1);
        assertThat(state())
                .isInstanceOfSatisfying(
                        Assigned.class,
                        assigned -> assertThat(assigned.substatus())
                                .isEqualTo(RegistrationState.Substatus.DEVICE_DATA_MIGRATED));
    }

    @Test
    void policyNever_doesNotAskAgain() {
        enrolled = enrollment(false);
        assign("one.example");

        Registration again = assigner.assign(
                new Assigner.Candidate(
                        DEVICE, new Attested(enrollment(false), ATTESTED.proof()), Optional.empty(), Optional.empty()),
                ORIGIN);

        assertThat(again.state()).isInstanceOf(Assigned.class);
        assertThat(questions).hasSize(1);
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
        register(Optional.empty());
        List<Duration> pauses = new ArrayList<>();
        for (int call = 0; call < 11; call++) {
            answers.add(new OtherStatus(call % 2 == 0 ? 429 : 503));
            Instant asked = now;
            carryOn();
            store.due(DEVICE).ifPresent(due -> {
                pauses.add(Duration.between(asked, due));
                now = due;
            });
        }

        assertThat(pauses.stream().map(Duration::toSeconds))
                .containsExactly(1L, 10L, 19L, 28L, 37L, 46L, 55L, 64L, 73L, 82L);
        assertThat(state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(400207));
        assertThat(store.attempts.getLast().explanation().orElseThrow().rule()).contains("429, asked 11 times");
    }

    @Test
    void nothingIsDoneBeforeItsTime() {
        register(Optional.empty());
        answers.add(new OtherStatus(503));
        carryOn();

        now = now.plusMillis(999);
        assertThat(backlog.take(10, Set.of())).isEmpty();
        now = now.plusMillis(1);
        assertThat(backlog.take(10, Set.of())).hasSize(1);
    }

    @Test
    void newerRegistration_takesThePlaceOfTheOneBefore() {
        register(Optional.of("old"));
        PendingOperation old = backlog.take(1, Set.of()).getFirst();
        register(Optional.of("new"));
        answers.add(new Chosen(Optional.of("one.example"), Optional.empty(), Optional.empty()));

        continuation.carryOn(old);
        assertThat(questions).isEmpty();
        carryOn();

        assertThat(questions)
                .singleElement()
                .satisfies(question -> assertThat(question.payload()).contains("new"));
    }

    @Test
    void deletedRegistration_isNotAskedFor() {
        register(Optional.empty());
        store.delete(DEVICE, new Precondition.Always());

        carryOn();

        assertThat(questions).isEmpty();
        assertThat(store.due(DEVICE)).isEmpty();
        assertThat(store.find(DEVICE)).isEmpty();
    }

    @Test
    void deletionWhileTheWebhookThinks_letsItsAnswerFall() {
        answers.add(new Chosen(Optional.of("one.example"), Optional.empty(), Optional.empty()));
        register(Optional.empty());
        PendingOperation operation = backlog.take(1, Set.of()).getFirst();
        store.delete(DEVICE, new Precondition.Always());
        store.put(operation, now);
        PendingOperation taken = backlog.take(1, Set.of()).getFirst();

        continuation.carryOn(taken);

        assertThat(one.provisioned).isEmpty();
        assertThat(store.find(DEVICE)).isEmpty();
    }

    @Test
    void enrollmentThatIsGone_fails() {
        register(Optional.empty());
        enrolled = null;

        carryOn();

        assertThat(state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(404201));
    }

    @Test
    void remoteHubThatIsDown_isAskedAgainWithoutEndAndSaidOnce() {
        for (int failure = 0; failure < 20; failure++) {
            far.failures.add(new HubUnavailable("far.example", new Explanation("hub", "nobody listens there", "wait")));
            answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        }
        answers.add(new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()));
        register(Optional.empty());
        List<Duration> pauses = new ArrayList<>();
        while (!far.failures.isEmpty()) {
            Instant asked = now;
            carryOn();
            now = store.due(DEVICE).orElseThrow();
            pauses.add(Duration.between(asked, now));
        }
        assertThat(state()).isInstanceOf(Assigning.class);
        carryOn();

        assertThat(pauses.stream().map(Duration::toSeconds))
                .startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L)
                .endsWith(60L);
        assertThat(far.provisioned).hasSize(1);
        assertThat(state()).isInstanceOf(Assigned.class);
        assertThat(store.attempts.stream().flatMap(attempt -> attempt.explanation().stream()))
                .hasSize(1);
    }

    @Test
    void remoteHubThatRefusesForGood_failsTheRegistration() {
        far.failures.add(new Refusal(
                Refusal.Reason.FORBIDDEN, "no", new Explanation("hub", "it answered 403 quota", "make room")));

        assertFails(
                new Chosen(Optional.of("far.example"), Optional.empty(), Optional.empty()),
                403000,
                "it answered 403 quota");
    }

    private void assertFails(Answer answer, int code, String rule) {
        register(Optional.empty());
        answers.add(answer);
        carryOn();
        assertThat(state())
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.code()).isEqualTo(code));
        Attempt attempt = store.attempts.getLast();
        assertThat(attempt.explanation().orElseThrow().rule()).contains(rule);
        assertThat(attempt.toString()).doesNotContain("secret");
    }

    private void assign(String hub) {
        answers.add(new Chosen(Optional.of(hub), Optional.empty(), Optional.empty()));
        register(Optional.empty());
        carryOn();
    }

    private Registration register(Optional<Object> payload) {
        return assigner.assign(new Assigner.Candidate(DEVICE, ATTESTED, payload, Optional.empty()), ORIGIN);
    }

    private void carryOn() {
        backlog.take(10, Set.of()).forEach(continuation::carryOn);
    }

    private RegistrationState state() {
        return store.find(DEVICE).orElseThrow().state();
    }

    private static Enrollment.Individual enrollment(boolean updateHubAssignment) {
        return new Enrollment.Individual(
                DEVICE,
                Optional.empty(),
                KEYS,
                new Enrollment.Settings(
                        true,
                        false,
                        new ReprovisionPolicy(updateHubAssignment, true),
                        Optional.of(AllocationPolicy.CUSTOM),
                        List.of(),
                        new Enrollment.Webhook(URL, "2019-03-31"),
                        null),
                Map.of(),
                Map.of(),
                new Enrollment.Stamp(new Etag("e"), Instant.EPOCH, Instant.EPOCH));
    }

    private final class OneEnrollment implements Enrollments {
        @Override
        public Optional<Enrollment.Individual> find(RegistrationId id) {
            return Optional.ofNullable(enrolled);
        }

        @Override
        public void put(Enrollment.Individual enrollment, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(RegistrationId id, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Enrollment.Individual> page(Page.Request request) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoGroups implements EnrollmentGroups {
        @Override
        public Optional<Enrollment.Group> find(String id) {
            return Optional.empty();
        }

        @Override
        public Optional<Enrollment.Group> signedBy(Thumbprint authority) {
            return Optional.empty();
        }

        @Override
        public Optional<String> lastOf(RegistrationId device) {
            return Optional.empty();
        }

        @Override
        public List<Enrollment.Group> withSharedKeys() {
            return List.of();
        }

        @Override
        public void put(Enrollment.Group group, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(String id, Precondition precondition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Enrollment.Group> page(Page.Request request) {
            throw new UnsupportedOperationException();
        }
    }
}
