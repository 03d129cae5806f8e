package dev.muster.server.memory;

import dev.muster.registration.Attempt;
import dev.muster.registration.Attempts;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** The record of attempts in memory. */
public final class MemoryAttempts implements Attempts {
    private final ConcurrentLinkedDeque<Attempt> newestFirst = new ConcurrentLinkedDeque<>();

    @Override
    public void record(Attempt attempt) {
        newestFirst.addFirst(attempt);
    }

    @Override
    public List<Attempt> of(String registrationId, int limit) {
        return newestFirst.stream()
                .filter(attempt -> attempt.registrationId().equalsIgnoreCase(registrationId))
                .limit(limit)
                .toList();
    }

    @Override
    public List<Attempt> list(boolean failedOnly, int limit) {
        return newestFirst.stream()
                .filter(attempt -> !failedOnly || !attempt.succeeded())
                .limit(limit)
                .toList();
    }
}
