package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Transactions;
import dev.muster.enrollment.RegistrationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** All that a registration is written to. Undoes nothing. */
final class StoreInMemory implements Registrations, PendingOperations, Attempts, Transactions {
    final List<Attempt> attempts = new ArrayList<>();
    private final Map<RegistrationId, Registration> registrations = new HashMap<>();
    private final Map<RegistrationId, Piece> pending = new HashMap<>();

    private record Piece(PendingOperation operation, Instant due, String claimant) {}

    @Override
    public Optional<Registration> find(RegistrationId id) {
        return Optional.ofNullable(registrations.get(id));
    }

    @Override
    public List<Registration> all(Collection<RegistrationId> ids) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void put(Registration registration) {
        registrations.put(registration.id(), registration);
    }

    @Override
    public void delete(RegistrationId id, Precondition precondition) {
        registrations.remove(id);
    }

    @Override
    public Page<Registration> ofGroup(String groupId, Page.Request request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void put(PendingOperation operation, Instant due) {
        pending.put(operation.id(), new Piece(operation, due, ""));
    }

    @Override
    public List<PendingOperation> claim(String claimant, Instant now, Instant until, int limit, Set<String> except) {
        List<PendingOperation> claimed = pending.values().stream()
                .filter(piece -> !piece.due().isAfter(now))
                .map(Piece::operation)
                .limit(limit)
                .toList();
        claimed.forEach(operation -> pending.put(operation.id(), new Piece(operation, until, claimant)));
        return claimed;
    }

    @Override
    public void renew(String claimant, Collection<PendingOperation> claimed, Instant until) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void release(String claimant, Instant now) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean remove(RegistrationId id, Etag registration, String claimant) {
        return pending.values()
                .removeIf(piece -> piece.operation().id().equals(id)
                        && piece.operation().registration().equals(registration)
                        && piece.claimant().equals(claimant));
    }

    Optional<Instant> due(RegistrationId id) {
        return Optional.ofNullable(pending.get(id)).map(Piece::due);
    }

    @Override
    public void record(Attempt attempt) {
        attempts.add(attempt);
    }

    @Override
    public List<Attempt> of(String registrationId, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Attempt> list(boolean failedOnly, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T run(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void afterCommit(Runnable action) {
        action.run();
    }
}
