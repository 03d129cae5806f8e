package dev.muster.registration;

import dev.muster.base.Explanation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One try of a device to register, for its owner to understand. Holds no secrets.
 *
 * @param trackingId as the device was told; empty for a try that was not refused
 * @param registrationId as the device spelled it
 * @param peer the address it came from
 * @param transport such as {@code HTTPS} or {@code MQTT}
 * @param chain the certificates it presented, leaf first, one line each
 * @param enrollment the entry that decided, if one was found
 * @param outcome such as {@code assigned to hub.example} or {@code refused: Invalid certificate.}
 * @param state what it left the registration in; empty where it left none, and for what is read from the record
 * @param explanation which thing broke which rule, and what to do; empty for a good try
 */
public record Attempt(
        Instant time,
        Optional<String> trackingId,
        String registrationId,
        String peer,
        String transport,
        List<String> chain,
        Optional<String> enrollment,
        boolean succeeded,
        String outcome,
        Optional<RegistrationState> state,
        Optional<Explanation> explanation) {
    public Attempt {
        chain = List.copyOf(chain);
    }
}
