package dev.muster.server.metrics;

import dev.muster.registration.Attempt;
import dev.muster.registration.RegistrationState;
import dev.muster.registration.RegistrationState.Assigned;
import dev.muster.registration.RegistrationState.Assigning;
import dev.muster.registration.RegistrationState.Assignment;
import dev.muster.registration.RegistrationState.Disabled;
import dev.muster.registration.RegistrationState.Failed;
import dev.muster.registration.RegistrationState.Substatus;
import dev.muster.registration.RegistrationState.Unassigned;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what devices try. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference">Azure Monitor's metrics of DPS</a>
 */
final class AttemptCounters {
    private static final String REFUSED = "refused";

    private final Counters attestations;
    private final Counters registrations;
    private final Counters assignments;

    AttemptCounters(MeterRegistry registry) {
        attestations = new Counters(
                registry,
                "attestation.attempts",
                "Devices that tried to prove who they are",
                "protocol",
                "attestation",
                "result");
        registrations = new Counters(
                registry,
                "registration.attempts",
                "Registrations that came to an end, and what it was",
                "protocol",
                "result");
        assignments = new Counters(
                registry,
                "device.assignments",
                "Registrations that ended with a hub, and how the device came to it",
                "hub",
                "substatus");
    }

    /** Counts a device that has shown, or failed to show, who it is. */
    void attested(Attempt attempt) {
        attestations.increment(
                attempt.transport(),
                attempt.chain().isEmpty() ? "token" : "x509",
                isRefused(attempt) ? REFUSED : "succeeded");
    }

    /** Counts a registration, unless it goes on. */
    void registered(Attempt attempt) {
        if (isRefused(attempt)) {
            registrations.increment(attempt.transport(), REFUSED);
        }
        attempt.state().ifPresent(state -> registered(attempt.transport(), state));
    }

    private void registered(String protocol, RegistrationState state) {
        switch (state) {
            case Assigned(Assignment assignment, Substatus substatus) -> {
                registrations.increment(protocol, "assigned");
                assignments.increment(assignment.hub(), spelled(substatus));
            }
            case Failed _ -> registrations.increment(protocol, "failed");
            case Disabled _ -> registrations.increment(protocol, "disabled");
            case Unassigned(), Assigning _ -> {
                // It is counted once it has come to an end.
            }
        }
    }

    private static boolean isRefused(Attempt attempt) {
        return attempt.state().isEmpty() && !attempt.succeeded();
    }

    /** As the device API spells it. */
    private static String spelled(Substatus substatus) {
        return switch (substatus) {
            case INITIAL_ASSIGNMENT -> "initialAssignment";
            case DEVICE_DATA_MIGRATED -> "deviceDataMigrated";
            case DEVICE_DATA_RESET -> "deviceDataReset";
            case REPROVISIONED_TO_INITIAL_ASSIGNMENT -> "reprovisionedToInitialAssignment";
        };
    }
}
