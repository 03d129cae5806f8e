package dev.muster.registration;

import java.util.List;

/**
 * Port to the record of attempts, a help for owners and no ledger: bounded in number, the oldest go first, and the
 * newest may be lost in a crash.
 */
public interface Attempts {
    /** Returns at once; a record that cannot be kept is dropped. */
    void record(Attempt attempt);

    /** The newest first; ids are compared without regard to case. */
    List<Attempt> of(String registrationId, int limit);

    /** The newest first. */
    List<Attempt> list(boolean failedOnly, int limit);
}
