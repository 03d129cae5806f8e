package dev.muster.server.memory;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.PendingOperation;
import dev.muster.registration.PendingOperations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backlog in memory, of a process that shares it with no other. */
public final class MemoryPendingOperations implements PendingOperations {
    private final Map<String, Item> items = new LinkedHashMap<>();

    private record Item(PendingOperation operation, Instant due, boolean claimed) {}

    @Override
    public synchronized void put(PendingOperation operation, Instant due) {
        items.put(operation.id().key(), new Item(operation, due, false));
    }

    @Override
    public synchronized List<PendingOperation> claim(
            String claimant, Instant now, Instant until, int limit, Set<String> except) {
        List<PendingOperation> claimed = new ArrayList<>();
        items.replaceAll((_, item) -> {
            if (claimed.size() == limit
                    || item.due().isAfter(now)
                    || except.contains(item.operation().progress().waitsFor())) {
                return item;
            }
            claimed.add(item.operation());
            return new Item(item.operation(), until, true);
        });
        return claimed;
    }

    @Override
    public void renew(String claimant, Collection<PendingOperation> claimed, Instant until) {
        // Nobody else could claim anything.
    }

    @Override
    public synchronized void release(String claimant, Instant now) {
        items.replaceAll((_, item) -> item.claimed() ? new Item(item.operation(), now, false) : item);
    }

    @Override
    public synchronized boolean remove(RegistrationId id, Etag registration, String claimant) {
        return items.values()
                .removeIf(item -> item.operation().id().equals(id)
                        && item.operation().registration().equals(registration));
    }

    public synchronized int size() {
        return items.size();
    }
}
