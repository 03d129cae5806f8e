package dev.muster.attestation;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Individual enrollments to be found, and nothing more. */
final class FakeEnrollments implements Enrollments {
    final Map<RegistrationId, Enrollment.Individual> byId = new HashMap<>();

    @Override
    public Optional<Enrollment.Individual> find(RegistrationId id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public void put(Enrollment.Individual enrollment, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(RegistrationId id, Precondition precondition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page<Enrollment.Individual> page(Page.Request request) {
        throw new UnsupportedOperationException();
    }
}
