package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Port to the stored work that is not done, at most one piece for each device. Whoever works on a piece has claimed it
 * until a time; then, if it was not renewed, others may. Claimants are the processes that share a store.
 */
public interface PendingOperations {
    /** Stores it, free for anyone from then on, in place of the one before of this device, if any. */
    void put(PendingOperation operation, Instant due);

    /**
     * Claims pieces that are due, the longest waiting first.
     *
     * @param except those that wait for these hosts
     */
    List<PendingOperation> claim(String claimant, Instant now, Instant until, int limit, Set<String> except);

    /** Keeps those of these that are still the claimant's. */
    void renew(String claimant, Collection<PendingOperation> claimed, Instant until);

    /** Lets go of all that the claimant has; it is due at once. */
    void release(String claimant, Instant now);

    /**
     * Takes the piece for this version of the registration away from the claimant for good.
     *
     * @return whether it was still the claimant's
     */
    boolean remove(RegistrationId id, Etag registration, String claimant);
}
