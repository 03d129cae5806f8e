package dev.muster.enrollment;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import java.util.Optional;

/** Port to the stored individual enrollments. Ids are compared without regard to case. */
public interface Enrollments {
    Optional<Enrollment.Individual> find(RegistrationId id);

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(Enrollment.Individual enrollment, Precondition precondition);

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    void delete(RegistrationId id, Precondition precondition);

    /** In the order of {@link RegistrationId#key()}. */
    Page<Enrollment.Individual> page(Page.Request request);
}
