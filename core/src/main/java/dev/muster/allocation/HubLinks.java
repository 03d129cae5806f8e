package dev.muster.allocation;

import dev.muster.base.Refusal;
import dev.muster.enrollment.AllocationPolicy;
import java.util.List;
import java.util.Optional;

/** Port to what owners have said of linked hubs. Host names are compared without regard to case. */
public interface HubLinks {
    /** In the order of the host names. */
    List<HubLink> all();

    /** Stores it in place of the one before, if any. */
    void put(HubLink link);

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    void delete(String hostName);

    /** The policy of enrollments without one; empty as long as nobody has chosen it. */
    Optional<AllocationPolicy> policy();

    void put(AllocationPolicy policy);
}
