package dev.muster.server.wire;

import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.pki.Certificate;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.Question;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What custom allocation webhooks are sent and answer.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation">DPS: custom allocation</a>
 */
public final class WebhookBodies {
    private WebhookBodies() {}

    public static byte[] question(Question question) {
        Map<String, Object> body = new LinkedHashMap<>();
        switch (question.enrollment()) {
            case Enrollment.Individual individual ->
                body.put("individualEnrollment", EnrollmentBodies.print(individual, Optional.empty()));
            case Enrollment.Group group -> body.put("enrollmentGroup", EnrollmentBodies.print(group));
        }
        body.put("deviceRuntimeContext", context(question));
        body.put("linkedHubs", question.hubs());
        return Json.print(body);
    }

    /**
     * An empty body chooses nothing, as an empty object does.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Chosen parse(byte[] answer) {
        JsonObject body = new JsonObject(answer.length == 0 ? Map.of() : Json.parseObject(answer));
        // Azure's own samples spell it both ways.
        Optional<String> hub = body.filledText("iotHubHostName").or(() -> body.filledText("iotHubHostname"));
        return new Chosen(
                hub,
                body.object("initialTwin").map(EnrollmentBodies::initialTwin),
                body.object("payload").map(JsonObject::members));
    }

    private static Map<String, Object> context(Question question) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("registrationId", question.id().value());
        question.current().ifPresent(assignment -> {
            context.put("currentIotHubHostName", assignment.hub());
            context.put("currentDeviceId", assignment.deviceId());
        });
        switch (question.enrollment().attestation()) {
            case Attestation.ClientCertificates _,
                    Attestation.SigningCertificates _,
                    Attestation.CertificateAuthorities _ ->
                context.put("x509", question.leaf().map(WebhookBodies::x509).orElse(Map.of()));
            case Attestation.SharedKeys _ -> context.put("symmetricKey", Map.of());
            case Attestation.Tpm tpm -> context.put("tpm", AttestationBodies.tpm(tpm));
        }
        question.payload().ifPresent(payload -> context.put("payload", payload));
        return context;
    }

    private static Map<String, Object> x509(Certificate leaf) {
        return Map.of("clientCertificates", Map.of("primary", AttestationBodies.described(leaf)));
    }
}
