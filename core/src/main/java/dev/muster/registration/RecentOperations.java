package dev.muster.registration;

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

    private final Map<String, Operation> operations = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Operation> eldest) {
            return size() > BOUND;
        }
    });

    void add(Operation done) {
        operations.put(done.id(), done);
    }

    Optional<Operation> find(String operationId) {
        return Optional.ofNullable(operations.get(operationId));
    }
}
