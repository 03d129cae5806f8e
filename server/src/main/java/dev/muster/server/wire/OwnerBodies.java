package dev.muster.server.wire;

import dev.muster.base.Explanation;
import dev.muster.hub.Event;
import dev.muster.registration.Attempt;
import dev.muster.registration.Doctor;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bodies of what only Muster has: attempts with their explanations, and the event stream. */
public final class OwnerBodies {
    private OwnerBodies() {}

    public static Map<String, Object> print(Attempt attempt) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("time", Timestamps.print(attempt.time()));
        attempt.trackingId().ifPresent(id -> body.put("trackingId", id));
        body.put("registrationId", attempt.registrationId());
        body.put("peer", attempt.peer());
        body.put("transport", attempt.transport());
        body.put("chain", attempt.chain());
        attempt.enrollment().ifPresent(title -> body.put("enrollment", title));
        body.put("succeeded", attempt.succeeded());
        body.put("outcome", attempt.outcome());
        attempt.explanation().ifPresent(explanation -> body.put("explanation", print(explanation)));
        return body;
    }

    public static Map<String, Object> print(Doctor.Diagnosis diagnosis) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("steps", diagnosis.steps());
        diagnosis.enrollment().ifPresent(enrollment -> body.put("enrollment", enrollment.title()));
        diagnosis.refusal().ifPresent(explanation -> body.put("explanation", print(explanation)));
        return body;
    }

    private static Map<String, Object> print(Explanation explanation) {
        Map<String, Object> why = new LinkedHashMap<>();
        why.put("subject", explanation.subject());
        why.put("rule", explanation.rule());
        why.put("remedy", explanation.remedy());
        return why;
    }

    public static Map<String, Object> print(Event event) {
        Event.Message message = event.message();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("partition", event.partition());
        body.put("sequence", event.sequence());
        body.put("enqueuedTimeUtc", Timestamps.print(event.enqueued()));
        body.put("hub", message.hub());
        body.put("deviceId", message.deviceId());
        body.put("generationId", message.generationId());
        body.put("systemProperties", message.systemProperties());
        body.put("properties", message.properties());
        body.put("body", Base64.getEncoder().encodeToString(message.body()));
        return body;
    }
}
