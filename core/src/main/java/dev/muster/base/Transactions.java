package dev.muster.base;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
     * As {@link #run}, but does not wait: the result is there when the writes are on disk. What depends on the result
     * is quick, since other writes may wait for it. Where nothing waits, in memory, it is there at once.
     */
    default <T> CompletableFuture<T> start(Supplier<T> work) {
        try {
            return CompletableFuture.completedFuture(run(work));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Several pieces of work in one transaction, none of which writes anything if it is refused. What is refused leaves
     * the others alone.
     *
     * @return why, for each that was refused
     */
    default List<Optional<Refusal>> each(List<Runnable> work) {
        return run(() -> {
            List<Optional<Refusal>> outcomes = new ArrayList<>();
            for (Runnable piece : work) {
                try {
                    piece.run();
                    outcomes.add(Optional.empty());
                } catch (Refusal refusal) {
                    outcomes.add(Optional.of(refusal));
                }
            }
            return outcomes;
        });
    }

    /**
     * Does what others may only see once the caller's transaction is on disk: then, or at once outside of one, and not
     * at all when the transaction is undone.
     *
     * @param action quick, and throws nothing
     */
    void afterCommit(Runnable action);
}
