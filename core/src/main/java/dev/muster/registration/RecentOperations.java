package dev.muster.registration;

import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.Registrar.Operation;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest operations that are done, and how they ended: a device asks for the result within seconds, and then the
 * store need not be read. Safe for any number of threads.
 */
final class RecentOperations {
    /** Some seconds' worth, and a few megabytes. */
    private static final int BOUND = 10_000;

    /** @param partial whether the store has more of it */
    private record Kept(Operation operation, boolean partial) {}

    private final Map<String, Kept> operations = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > BOUND;
        }
    });

    /** @param partial whether the device is given more than this, which the store has to be asked for */
    void add(Operation done, boolean partial) {
        operations.put(done.id(), new Kept(done, partial));
    }

    /** Those of which all is known. */
    Optional<Operation> find(String operationId) {
        return Optional.ofNullable(operations.get(operationId))
                .filter(kept -> !kept.partial)
                .map(Kept::operation);
    }

    /** The certificate that came of an operation of this device. */
    Optional<Thumbprint> certificate(RegistrationId id, String operationId) {
        return Optional.ofNullable(operations.get(operationId))
                .map(kept -> kept.operation.registration())
                .filter(registration -> registration.id().equals(id))
                .flatMap(registration ->
                        DeviceCertificates.issued(registration).stream().findFirst());
    }
}
