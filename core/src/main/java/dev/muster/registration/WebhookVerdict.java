package dev.muster.registration;

import dev.muster.allocation.LinkedHub;
import dev.muster.base.Explanation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.Webhook;
import dev.muster.registration.AllocationWebhook.Answer;
import dev.muster.registration.AllocationWebhook.Chosen;
import dev.muster.registration.AllocationWebhook.OtherStatus;
import dev.muster.registration.AllocationWebhook.Unusable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a webhook's answer means for the device.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation">DPS: custom allocation</a>
 */
sealed interface WebhookVerdict {
    /** The device goes to this hub, with this for its twin and this for itself. */
    record Hub(LinkedHub hub, Optional<Enrollment.InitialTwin> twin, Optional<Map<String, Object>> payload)
            implements WebhookVerdict {}

    /** The registration fails, with this code and message for the device. */
    record Failure(int code, String message, Explanation why) implements WebhookVerdict {}

    /** The webhook is to be asked again. */
    record Again(Duration pause, Explanation why) implements WebhookVerdict {}

    int FAILED = 400207;
    int UNAUTHORIZED = 400209;
    int FIRST_RETRIED_STATUS = 429;
    int RETRIES = 10;
    Duration FIRST_PAUSE = Duration.ofSeconds(1);
    Duration PAUSE_GROWTH = Duration.ofSeconds(9);

    /**
     * @param eligible those that the webhook could choose from
     * @param failures how often it has already told us to ask again
     */
    static WebhookVerdict of(
            Answer answer, Enrollment enrollment, Webhook webhook, List<LinkedHub> eligible, int failures) {
        String subject = "webhook " + webhook.maskedUrl() + " of " + enrollment.title();
        return switch (answer) {
            case Chosen chosen -> of(chosen, subject, eligible);
            case OtherStatus(int status) -> of(status, subject, failures);
            // Azure's table knows retries for 429 and above alone. So an owner who mistyped learns of it at once, and
            // a gateway in front of a webhook that is being restarted answers 502 or 503.
            case Unusable(String why) ->
                new Failure(
                        FAILED,
                        "Custom allocation failed.",
                        new Explanation(subject, why, "correct the webhook or its URL, then let the device register"));
        };
    }

    private static WebhookVerdict of(Chosen chosen, String subject, List<LinkedHub> eligible) {
        String name = chosen.hub().orElse("").strip();
        if (name.isEmpty()) {
            return new Failure(
                    Assigner.HUB_NOT_SPECIFIED,
                    "Custom allocation did not specify an IoT hub.",
                    new Explanation(
                            subject, "it answered 200 without an iotHubHostName", "let it name one of the linkedHubs"));
        }
        Optional<LinkedHub> hub = eligible.stream()
                .filter(candidate -> candidate.hostName().equalsIgnoreCase(name))
                .findFirst();
        if (hub.isEmpty()) {
            return new Failure(
                    FAILED,
                    "Custom allocation failed.",
                    new Explanation(
                            subject,
                            "it answered with the hub '" + name + "', which is none of the linkedHubs it was given",
                            "let it name one of these: "
                                    + eligible.stream().map(LinkedHub::hostName).toList()));
        }
        return new Hub(hub.get(), chosen.twin(), chosen.payload());
    }

    private static WebhookVerdict of(int status, String subject, int failures) {
        if (status == 401) {
            return new Failure(
                    UNAUTHORIZED,
                    "Custom allocation is not authorized: status code 401.",
                    new Explanation(
                            subject,
                            "it answered 401",
                            "put the function's key into the webhookUrl of the enrollment"));
        }
        if (status >= FIRST_RETRIED_STATUS && failures < RETRIES) {
            Duration pause = FIRST_PAUSE.plus(PAUSE_GROWTH.multipliedBy(failures));
            return new Again(
                    pause,
                    new Explanation(
                            subject,
                            "it answered " + status,
                            "none yet: it is asked again after " + pause.toSeconds() + " s, " + RETRIES
                                    + " times at most"));
        }
        return new Failure(
                FAILED,
                "Custom allocation failed with status code: " + status + ".",
                new Explanation(
                        subject,
                        "it answered " + status + (failures > 0 ? ", asked " + (failures + 1) + " times" : ""),
                        "see what the webhook's log says, then let the device register"));
    }
}
