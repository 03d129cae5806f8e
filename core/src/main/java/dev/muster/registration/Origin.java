package dev.muster.registration;

import dev.muster.authority.IssuedCertificate;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.pki.Certificate;
import dev.muster.pki.Peer;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Disabled;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.registration.RegistrationState.Unassigned;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a wish to register came from, for the record of what became of it.
 *
 * @param registrationId as the device spelled it
 * @param peer the address it came from
 * @param transport such as {@code HTTPS} or {@code MQTT}
 * @param chain the certificates it presented, leaf first, one line each
 */
public record Origin(String registrationId, String peer, String transport, List<String> chain) {
    public Origin {
        chain = List.copyOf(chain);
    }

    static Origin of(Registrar.Request request) {
        return of(request.registrationId(), request.peer());
    }

    /** @param registrationId as the device spelled it */
    public static Origin of(String registrationId, Peer peer) {
        return new Origin(
                registrationId,
                peer.address(),
                peer.transport(),
                peer.certificates().stream().map(Certificate::summary).toList());
    }

    public Attempt refused(Instant now, Refusal refusal) {
        return attempt(
                now,
                Optional.of(refusal.trackingId()),
                Optional.empty(),
                "refused: " + refusal.text(),
                Optional.empty(),
                refusal.explanation()
                        .or(() -> Optional.of(new Explanation(
                                "device '" + registrationId + "'", refusal.text(), "let the SDK build the request"))));
    }

    /** What became of it, for reasons that lie with the enrollment. */
    Attempt finished(Instant now, Enrollment enrollment, RegistrationState state) {
        return finished(now, enrollment, state, "");
    }

    /**
     * What became of it, for reasons that lie with the enrollment.
     *
     * @param how ends the sentence
     */
    Attempt finished(Instant now, Enrollment enrollment, RegistrationState state, String how) {
        return finished(now, enrollment, state, how, explanation(enrollment, state));
    }

    /**
     * What became of it.
     *
     * @param how ends the sentence, such as {@code , as its webhook chose}
     */
    Attempt finished(
            Instant now, Enrollment enrollment, RegistrationState state, String how, Optional<Explanation> why) {
        return attempt(
                now, Optional.empty(), Optional.of(enrollment.title()), outcome(state) + how, Optional.of(state), why);
    }

    /** A certificate was issued to it. */
    public Attempt certified(Instant now, Enrollment enrollment, IssuedCertificate issued) {
        return attempt(
                now,
                Optional.empty(),
                Optional.of(enrollment.title()),
                "certificate issued by '" + issued.authority() + "', SHA-256 "
                        + issued.certificate().thumbprint(),
                Optional.empty(),
                Optional.empty());
    }

    /** A certificate was asked for, for the owner to approve. */
    public Attempt waiting(Instant now, Enrollment enrollment, String request) {
        return attempt(
                now,
                Optional.empty(),
                Optional.of(enrollment.title()),
                "certificate waits for approval: muster certificates approve " + request,
                Optional.empty(),
                Optional.empty());
    }

    private static String outcome(RegistrationState state) {
        return switch (state) {
            case Assigned(Assignment assignment, var _) ->
                "assigned to " + assignment.hub() + " as '" + assignment.deviceId() + "'";
            case Disabled _ -> "disabled";
            case Failed(int code, String message, var _) -> "failed: " + code + " " + message;
            case Unassigned(), Assigning _ -> "assigning";
        };
    }

    public static Explanation disabled(Enrollment enrollment) {
        return new Explanation(enrollment.title(), "it is disabled, and it is the first that fits", "enable it");
    }

    private static Optional<Explanation> explanation(Enrollment enrollment, RegistrationState state) {
        return switch (state) {
            case Disabled _ -> Optional.of(disabled(enrollment));
            case Failed _ ->
                Optional.of(new Explanation(
                        enrollment.title(),
                        "none of its hubs " + enrollment.settings().hubs() + " is linked and fits its policy",
                        "link a hub, or correct the hubs of the enrollment"));
            case Assigned _, Unassigned(), Assigning _ -> Optional.empty();
        };
    }

    private Attempt attempt(
            Instant now,
            Optional<String> trackingId,
            Optional<String> enrollment,
            String outcome,
            Optional<RegistrationState> state,
            Optional<Explanation> explanation) {
        return new Attempt(
                now,
                trackingId,
                registrationId,
                peer,
                transport,
                chain,
                enrollment,
                explanation.isEmpty(),
                outcome,
                state,
                explanation);
    }
}
