package dev.muster.base;

import java.util.function.Supplier;

/**
 * Port to whoever makes several writes one. Ports that are called inside {@link #run} take part in its transaction;
 * called outside, each write is one of its own.
 */
public interface Transactions {
    /**
     * Runs the work and returns once its writes are on disk. Work may be run again after a conflict, so it has no
     * effects but through ports; what it throws undoes its writes.
     */
    <T> T run(Supplier<T> work);

    /**
     * Does what others may only see once the caller's transaction is on disk: then, or at once outside of one, and not
     * at all when the transaction is undone.
     *
     * @param action quick, and throws nothing
     */
    void afterCommit(Runnable action);
}
