package dev.muster.server.http.routing;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.wire.DeviceBodies;
import dev.muster.server.wire.ErrorCode;
import dev.muster.server.wire.HubBodies;
import dev.muster.server.wire.LogText;
import dev.muster.server.wire.ManagementBodies;
import dev.muster.server.wire.certificate.PortalBodies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every "no" into an answer, in the manner of the API that was asked, and logs it once. Thread-safe. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final InstantSource clock;
    private final Duration retryAfter;

    /** @param retryAfter what those are told to wait who came when there were too many; sent in whole seconds */
    public Refusals(InstantSource clock, Duration retryAfter) {
        this.clock = clock;
        this.retryAfter = retryAfter;
    }

    /** @param request method and target as they came, for the log */
    Answer refused(Refusal refusal, ErrorStyle style, String request) {
        LOG.info(
                "{} refused, tracking id {}: {} ({})",
                LogText.of(request),
                refusal.trackingId(),
                LogText.of(refusal.text()),
                refusal.explanation()
                        .map(Explanation::toString)
                        .map(LogText::of)
                        .orElse("no more to say"));
        // Who is unauthorized has not proved to be the owner, for whom explanations are.
        Optional<Explanation> explanation =
                refusal.explanation().filter(_ -> refusal.reason() != Refusal.Reason.UNAUTHORIZED);
        Answer answer =
                answer(ErrorCode.of(refusal.reason()), refusal.text(), refusal.trackingId(), explanation, style);
        return refusal.reason() == Refusal.Reason.THROTTLED
                ? answer.with("Retry-After", Long.toString(retryAfter.toSeconds()))
                : answer;
    }

    /** For what the HTTP layer itself does not take, which is nothing that the domain could refuse. */
    Answer refused(ErrorCode code, String message, ErrorStyle style, String request) {
        String trackingId = UUID.randomUUID().toString();
        LOG.info("{} refused, tracking id {}: {}", LogText.of(request), trackingId, message);
        return answer(code, message, trackingId, Optional.empty(), style);
    }

    /** For what should not have happened; the client learns only under which id the log has it. */
    Answer failed(Throwable failure, ErrorStyle style, String request) {
        String trackingId = UUID.randomUUID().toString();
        LOG.error("{} failed, tracking id {}", LogText.of(request), trackingId, failure);
        return answer(ErrorCode.INTERNAL, "Internal error.", trackingId, Optional.empty(), style);
    }

    /**
     * Who is known learns what to do; who is not, how to make itself known (RFC 7030 section 3.2.3), and nothing else:
     * Bouncy Castle's client fails on a challenge that has a body.
     */
    private static Answer text(ErrorCode code, String message, String trackingId, Optional<Explanation> explanation) {
        if (code == ErrorCode.UNAUTHORIZED) {
            return Answer.empty(code.httpStatus())
                    .with("WWW-Authenticate", "Basic realm=\"registration id and symmetric key\"")
                    .with("x-ms-request-id", trackingId);
        }
        String why = explanation
                .filter(_ -> code == ErrorCode.BAD_REQUEST || code == ErrorCode.NOT_FOUND)
                .map(it -> " (" + it + ")")
                .orElse("");
        return Answer.text(code.httpStatus(), message + why + " Tracking id " + trackingId + "\n");
    }

    private static int portalStatus(ErrorCode code) {
        return switch (code) {
            case BAD_REQUEST, FORBIDDEN, NOT_FOUND, REGISTRATION_NOT_FOUND, CONFLICT, PRECONDITION_FAILED -> 200;
            case UNAUTHORIZED, METHOD_NOT_ALLOWED, TOO_LARGE, THROTTLED, INTERNAL, UNAVAILABLE -> code.httpStatus();
        };
    }

    private static String portalText(String message, String trackingId, Optional<Explanation> explanation) {
        return "Error: " + message + explanation.map(why -> " (" + why + ")").orElse("") + " Tracking id " + trackingId;
    }

    /** @param explanation shown by APIs alone whose callers are known or owners */
    private Answer answer(
            ErrorCode code, String message, String trackingId, Optional<Explanation> explanation, ErrorStyle style) {
        return switch (style) {
            case PROVISIONING ->
                Answer.json(code.httpStatus(), DeviceBodies.error(code, message, trackingId, clock.instant()))
                        .with("x-ms-error-code", Integer.toString(code.number()))
                        .with("x-ms-request-id", trackingId);
            case MANAGEMENT ->
                Answer.json(code.httpStatus(), ManagementBodies.error(code, message, trackingId, explanation));
            case HUB ->
                Answer.json(code.httpStatus(), HubBodies.error(code, message, trackingId, clock.instant()))
                        .with("iothub-errorcode", HubBodies.errorName(code));
            case TEXT -> text(code, message, trackingId, explanation);
            case PORTAL ->
                Answer.json(
                        portalStatus(code), PortalBodies.outcome(false, portalText(message, trackingId, explanation)));
            case PORTAL_TEXT -> Answer.text(portalStatus(code), portalText(message, trackingId, explanation));
        };
    }
}
