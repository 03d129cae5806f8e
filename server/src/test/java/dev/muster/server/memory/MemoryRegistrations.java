package dev.muster.server.memory;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.Registration;
import dev.muster.registration.Registrations;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Registrations in memory. */
public final class MemoryRegistrations implements Registrations {
    private final Shelf<Registration> shelf = new Shelf<>();

    @Override
    public Optional<Registration> find(RegistrationId id) {
        return shelf.find(id.key());
    }

    @Override
    public List<Registration> all(Collection<RegistrationId> ids) {
        return ids.stream().map(this::find).flatMap(Optional::stream).toList();
    }

    @Override
    public void put(Registration registration) {
        shelf.put(registration.id().key(), registration);
    }

    @Override
    public synchronized void delete(RegistrationId id, Precondition precondition) {
        Registration before = find(id).orElseThrow(
                        () -> new Refusal(Refusal.Reason.REGISTRATION_NOT_FOUND, "Registration not found."));
        precondition.check("registration '" + id + "'", Optional.of(before.etag()));
        shelf.remove(id.key());
    }

    @Override
    public Page<Registration> ofGroup(String groupId, Page.Request request) {
        return shelf.page(
                request,
                registration ->
                        registration.groupId().filter(groupId::equalsIgnoreCase).isPresent());
    }
}
