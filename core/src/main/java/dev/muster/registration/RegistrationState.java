package dev.muster.registration;

import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a registration stands. One method per arrow; there is no other way from one state to the next.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
public sealed interface RegistrationState {
    /** A device that has an entry and has not registered. */
    record Unassigned() implements RegistrationState {}

    /**
     * The service is at work.
     *
     * @param previous the assignment that the device has as long as there is no other
     */
    record Assigning(Optional<Assigned> previous) implements RegistrationState {
        public Assigned assign(Assignment assignment, Substatus substatus) {
            return new Assigned(assignment, substatus);
        }

        /** @param code six digits, the first three of them an HTTP status */
        public Failed fail(int code, String message) {
            return new Failed(code, message, previous);
        }

        public Disabled disable() {
            return new Disabled(previous);
        }
    }

    /** The device has a hub. */
    record Assigned(Assignment assignment, Substatus substatus) implements RegistrationState {}

    /**
     * The service could not find a hub, or the hub could not take the device.
     *
     * @param previous the assignment that the device had, and its hub still knows
     */
    record Failed(int code, String message, Optional<Assigned> previous) implements RegistrationState {}

    /**
     * The owner has switched the device's entry off.
     *
     * @param previous the assignment that the device had, and its hub still knows
     */
    record Disabled(Optional<Assigned> previous) implements RegistrationState {}

    /** Every registration, whatever came of the one before, starts here. */
    default Assigning begin() {
        return new Assigning(
                switch (this) {
                    case Assigned assigned -> Optional.of(assigned);
                    case Assigning(Optional<Assigned> previous) -> previous;
                    case Failed(var _, var _, Optional<Assigned> previous) -> previous;
                    case Disabled(Optional<Assigned> previous) -> previous;
                    case Unassigned() -> Optional.empty();
                });
    }

    /**
     * What a device is given.
     *
     * @param hub host name
     * @param payload what the allocation has for the device, a JSON object
     * @param certificates issued to the device for this and known to the hub, newest first
     */
    record Assignment(
            String hub, String deviceId, Optional<Map<String, Object>> payload, List<Thumbprint> certificates) {
        public Assignment {
            certificates = List.copyOf(certificates);
        }

        /** To a device that has other means to prove itself. */
        public Assignment(String hub, String deviceId, Optional<Map<String, Object>> payload) {
            this(hub, deviceId, payload, List.of());
        }

        Assignment with(List<Thumbprint> others) {
            return new Assignment(hub, deviceId, payload, others);
        }
    }

    /** How an assignment came about. */
    enum Substatus {
        INITIAL_ASSIGNMENT,
        DEVICE_DATA_MIGRATED,
        DEVICE_DATA_RESET,
        REPROVISIONED_TO_INITIAL_ASSIGNMENT
    }
}
