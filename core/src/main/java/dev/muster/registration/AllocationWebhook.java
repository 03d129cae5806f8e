package dev.muster.registration;

import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollment.Webhook;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.registration.RegistrationState.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Port to the webhooks that choose hubs for enrollments with the policy custom.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-custom-allocation">DPS: custom allocation</a>
 */
public interface AllocationWebhook {
    /** Returns within seconds, whatever the other side does. */
    Answer ask(Webhook webhook, Question question);

    /**
     * What a webhook is told.
     *
     * @param leaf the certificate that the device proved itself with
     * @param current the assignment that the device has
     * @param payload what the device sent for this: plain JSON
     * @param hubs the host names to choose from
     */
    record Question(
            Enrollment enrollment,
            RegistrationId id,
            Optional<Certificate> leaf,
            Optional<Assignment> current,
            Optional<Object> payload,
            List<String> hubs) {}

    /** What came of asking. */
    sealed interface Answer {}

    /**
     * Status 200 and a body that could be read.
     *
     * @param hub not yet compared with those to choose from
     * @param twin takes the place of the enrollment's, and of the data that the device has
     * @param payload for the device: a JSON object
     */
    record Chosen(Optional<String> hub, Optional<Enrollment.InitialTwin> twin, Optional<Map<String, Object>> payload)
            implements Answer {}

    /** Another HTTP status. */
    record OtherStatus(int status) implements Answer {}

    /**
     * No answer, or one that could not be read.
     *
     * @param why for the owner, such as {@code it cannot be reached: connection refused}; holds no secrets
     */
    record Unusable(String why) implements Answer {}
}
