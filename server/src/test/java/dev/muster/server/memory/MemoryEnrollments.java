package dev.muster.server.memory;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import java.util.Optional;

/** Individual enrollments in memory. */
public final class MemoryEnrollments implements Enrollments {
    private final Shelf<Enrollment.Individual> shelf = new Shelf<>();

    @Override
    public Optional<Enrollment.Individual> find(RegistrationId id) {
        return shelf.find(id.key());
    }

    @Override
    public synchronized void put(Enrollment.Individual enrollment, Precondition precondition) {
        RegistrationId id = enrollment.registrationId();
        precondition.check(
                enrollment.title(), find(id).map(before -> before.stamp().etag()));
        shelf.put(id.key(), enrollment);
    }

    @Override
    public synchronized void delete(RegistrationId id, Precondition precondition) {
        Enrollment.Individual before =
                find(id).orElseThrow(() -> new Refusal(Refusal.Reason.ENROLLMENT_NOT_FOUND, "Enrollment not found."));
        precondition.check(before.title(), Optional.of(before.stamp().etag()));
        shelf.remove(id.key());
    }

    @Override
    public Page<Enrollment.Individual> page(Page.Request request) {
        return shelf.page(request, _ -> true);
    }
}
