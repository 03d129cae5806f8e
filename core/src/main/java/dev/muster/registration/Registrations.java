package dev.muster.registration;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.enrollment.RegistrationId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Port to the stored registrations. Ids are compared without regard to case. */
public interface Registrations {
    Optional<Registration> find(RegistrationId id);

    /** Those of these that there are, in no order. */
    List<Registration> all(Collection<RegistrationId> ids);

    /** Stores it in place of the one before, if any. */
    void put(Registration registration);

    /** @throws Refusal REGISTRATION_NOT_FOUND, or what the precondition throws */
    void delete(RegistrationId id, Precondition precondition);

    /**
     * The registrations that came by this group, those created first coming first.
     *
     * @throws Refusal INVALID_ARGUMENT where the page is to begin at what is no place in that order
     */
    Page<Registration> ofGroup(String groupId, Page.Request request);
}
