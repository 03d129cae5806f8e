package dev.muster.server.metrics;

import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import java.util.List;
import java.util.function.Consumer;

/** A record of attempts that counts what it is given. As thread-safe as the record. */
record CountedAttempts(Attempts attempts, Consumer<Attempt> counter) implements Attempts {
    @Override
    public void record(Attempt attempt) {
        counter.accept(attempt);
        attempts.record(attempt);
    }

    @Override
    public List<Attempt> of(String registrationId, int limit) {
        return attempts.of(registrationId, limit);
    }

    @Override
    public List<Attempt> list(boolean failedOnly, int limit) {
        return attempts.list(failedOnly, limit);
    }
}
