package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import java.time.Instant;
import java.util.Optional;

/**
 * The record of a device's registration: its newest state and how it got there.
 *
 * @param groupId the enrollment group that let it in; empty for an individual enrollment
 * @param credential what proved the device's identity last
 */
public record Registration(
        RegistrationId id,
        RegistrationState state,
        Optional<String> groupId,
        Credential credential,
        Instant created,
        Instant updated,
        Etag etag) {}
