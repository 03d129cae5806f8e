package dev.muster.enrollment;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;

/** Port to the stored enrollment groups. Ids are compared without regard to case. */
public interface EnrollmentGroups {
    Optional<Enrollment.Group> find(String id);

    /**
     * The group whose signing certificate, or whose named CA certificate, is this one. Where several share it, the
     * first by id.
     */
    Optional<Enrollment.Group> signedBy(Thumbprint authority);

    /** The groups with symmetric keys, in the order of the lower-cased ids. */
    List<Enrollment.Group> withSharedKeys();

    /** The lower-cased id of the group by which the device registered last; empty where that is not known. */
    Optional<String> lastOf(RegistrationId device);

    /** @throws Refusal what the precondition throws; then nothing was written */
    void put(Enrollment.Group group, Precondition precondition);

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    void delete(String id, Precondition precondition);

    /** In the order of the lower-cased ids. */
    Page<Enrollment.Group> page(Page.Request request);
}
