package dev.muster.registration;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.HubUnavailable;
import dev.muster.allocation.LinkedHub;
import dev.muster.authority.CertificateIssuer.Answer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.registration.PendingOperation.Progress;
import dev.muster.registration.RegistrationState.Assigning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Carries operations on that registrations have left in the backlog: asks the authority, then the webhook, tells the
 * hubs, settles the registration. Safe for any number of threads, each of which may wait for others to answer.
 */
public final class Continuation {
    private static final int ENROLLMENT_NOT_FOUND = 404201;
    private static final int REFUSED = 403000;
    private static final int MAX_DOUBLINGS = 10;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final Enrollments enrollments;
    private final EnrollmentGroups groups;
    private final Allocation allocation;
    private final Assigner assigner;
    private final Others others;
    private final Backlog backlog;
    private final Journal journal;

    /** Who is asked for what. */
    public record Others(DeviceCertificates certificates, AllocationWebhook webhooks) {}

    /** Where to note what came of it, and when. */
    public record Journal(Attempts attempts, InstantSource clock) {}

    public Continuation(
            Enrollments enrollments,
            EnrollmentGroups groups,
            Allocation allocation,
            Assigner assigner,
            Others others,
            Backlog backlog,
            Journal journal) {
        this.enrollments = enrollments;
        this.groups = groups;
        this.allocation = allocation;
        this.assigner = assigner;
        this.others = others;
        this.backlog = backlog;
        this.journal = journal;
    }

    /** Settles what the operation is for, or postpones it. */
    public void carryOn(PendingOperation operation) {
        Optional<Registration> registration = assigner.awaiting(operation);
        if (registration.isEmpty() || !(registration.get().state() instanceof Assigning assigning)) {
            assigner.drop(operation);
            return;
        }
        Optional<Enrollment> enrollment = enrollment(registration.get());
        if (enrollment.isEmpty()) {
            // Nobody is left to be told why.
            assigner.settle(operation, assigning.fail(ENROLLMENT_NOT_FOUND, "Enrollment not found."), Optional.empty());
            return;
        }
        carryOn(operation, enrollment.get(), assigning);
    }

    private void carryOn(PendingOperation operation, Enrollment enrollment, Assigning from) {
        if (!enrollment.settings().enabled()) {
            settle(operation, enrollment, from.disable());
            return;
        }
        if (operation.brought().csr().isPresent()) {
            certify(operation.brought().csr().get(), operation, enrollment, from);
            return;
        }
        Optional<Enrollment.Webhook> webhook = assigner.webhook(enrollment, from);
        if (webhook.isPresent()) {
            ask(webhook.get(), operation, enrollment, from);
            return;
        }
        Optional<Placement> placement = assigner.place(operation.id(), enrollment, operation.recognition(), from);
        if (placement.isPresent()) {
            place(operation, enrollment, from, placement.get(), "");
        } else {
            settle(operation, enrollment, Assigner.noHub(from));
        }
    }

    private Optional<Enrollment> enrollment(Registration registration) {
        return registration.groupId().isPresent()
                ? registration.groupId().flatMap(groups::find).map(Enrollment.class::cast)
                : enrollments.find(registration.id()).map(Enrollment.class::cast);
    }

    /** A certificate is dear, so it is on disk before anybody else is asked, and asked for no more. */
    private void certify(String csr, PendingOperation operation, Enrollment enrollment, Assigning from) {
        try {
            Optional<Answer> answer = others.certificates()
                    .ask(operation.id(), enrollment, operation.brought().leaf(), csr);
            if (answer.isEmpty()) {
                assigner.grant(operation, enrollment, Optional.empty());
                return;
            }
            switch (answer.get()) {
                case Answer.Given(Issued issued) -> {
                    if (assigner.grant(operation, enrollment, Optional.of(issued))) {
                        note(operation, enrollment, from, DeviceCertificates.told(issued), Optional.empty());
                    }
                }
                case Answer.Later(String host, Explanation why, Duration pause) ->
                    wait(operation, enrollment, from, new Obstacle(host, why, pause));
            }
        } catch (Refusal refusal) {
            fail(operation, enrollment, from.fail(REFUSED, refusal.text()), refusal.explanation());
        }
    }

    private void ask(Enrollment.Webhook webhook, PendingOperation operation, Enrollment enrollment, Assigning from) {
        List<LinkedHub> eligible = allocation.eligible(enrollment.settings());
        AllocationWebhook.Answer answer = others.webhooks()
                .ask(
                        webhook,
                        new AllocationWebhook.Question(
                                enrollment,
                                operation.id(),
                                operation.brought().leaf(),
                                from.previous().map(RegistrationState.Assigned::assignment),
                                operation.brought().payload(),
                                eligible.stream().map(LinkedHub::hostName).toList()));
        Progress progress = operation.progress();
        int failures = progress.waitsFor().equals(webhook.host()) ? progress.failures() : 0;
        switch (WebhookVerdict.of(answer, enrollment, webhook, eligible, failures)) {
            case WebhookVerdict.Hub chosen ->
                place(
                        operation,
                        enrollment,
                        from,
                        assigner.place(operation, enrollment, from, chosen),
                        ", as the webhook " + webhook.maskedUrl() + " answered");
            case WebhookVerdict.Failure(int code, String message, Explanation why) ->
                fail(operation, enrollment, from.fail(code, message), Optional.of(why));
            case WebhookVerdict.Again(Duration pause, Explanation why) -> {
                backlog.postpone(operation.with(progress.failed(webhook.host())), pause);
                note(operation, enrollment, from, "", Optional.of(why));
            }
        }
    }

    private void place(
            PendingOperation operation, Enrollment enrollment, Assigning from, Placement placement, String how) {
        try {
            placement.tellRemoteHubs();
        } catch (HubUnavailable unavailable) {
            wait(
                    operation,
                    enrollment,
                    from,
                    new Obstacle(unavailable.hostName(), unavailable.explanation(), Duration.ZERO));
            return;
        } catch (Refusal refusal) {
            fail(operation, enrollment, from.fail(REFUSED, "The IoT hub refused the device."), refusal.explanation());
            return;
        }
        if (assigner.settle(operation, placement.assigned(), Optional.of(placement))) {
            note(operation, enrollment, placement.assigned(), how, Optional.empty());
        }
    }

    /** @param pause for which it is to be left alone, at the least */
    private record Obstacle(String host, Explanation why, Duration pause) {}

    /** Without end: a device whose hub, or authority, comes back is to find it without being told. */
    private void wait(PendingOperation operation, Enrollment enrollment, Assigning from, Obstacle obstacle) {
        Progress progress = operation.progress().failed(obstacle.host());
        Duration pause = pause(progress.failures());
        backlog.postpone(operation.with(progress), pause.compareTo(obstacle.pause()) < 0 ? obstacle.pause() : pause);
        if (progress.failures() == 1) {
            // Said once; a hub that is down for long would else fill the record with nothing but that.
            note(operation, enrollment, from, "", Optional.of(obstacle.why()));
        }
    }

    private void fail(
            PendingOperation operation,
            Enrollment enrollment,
            RegistrationState.Failed failed,
            Optional<Explanation> why) {
        if (assigner.settle(operation, failed, Optional.empty())) {
            note(operation, enrollment, failed, "", why);
        }
    }

    private static Duration pause(int failures) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void settle(PendingOperation operation, Enrollment enrollment, RegistrationState state) {
        if (assigner.settle(operation, state, Optional.empty())) {
            journal.attempts()
                    .record(operation.origin().finished(journal.clock().instant(), enrollment, state));
        }
    }

    private void note(
            PendingOperation operation,
            Enrollment enrollment,
            RegistrationState state,
            String how,
            Optional<Explanation> why) {
        journal.attempts().record(operation.origin().finished(journal.clock().instant(), enrollment, state, how, why));
    }
}
