package dev.muster.registration;

import dev.muster.base.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The work that is not done, as one of the processes that share it sees it: what it takes, no other takes at the same
 * time. Safe for any number of threads.
 */
public final class Backlog {
    /** How long the others wait before they take over from a process that is gone. */
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final PendingOperations operations;
    private final Transactions transactions;
    private final InstantSource clock;
    private final String claimant;
    private final Semaphore news = new Semaphore(0);

    /** @param claimant names this process among those that share the store, and no other that ever did */
    public Backlog(PendingOperations operations, Transactions transactions, InstantSource clock, String claimant) {
        this.operations = operations;
        this.transactions = transactions;
        this.clock = clock;
        this.claimant = claimant;
    }

    /** Adds what can be done at once. Takes part in the caller's transaction. */
    void add(PendingOperation operation) {
        operations.put(operation, clock.instant());
        transactions.afterCommit(this::wake);
    }

    /**
     * Takes what is due, for this process to carry on; to be renewed well within 15 seconds.
     *
     * @param busy hosts that have enough to do
     */
    public List<PendingOperation> take(int limit, Set<String> busy) {
        Instant now = clock.instant();
        return operations.claim(claimant, now, now.plus(LEASE), limit, busy);
    }

    /** Keeps what was taken and is not done. */
    public void renew(Collection<PendingOperation> underWay) {
        operations.renew(claimant, underWay, clock.instant().plus(LEASE));
    }

    /** Gives back all that was taken, by this process or by one before it of the same name. */
    public void release() {
        operations.release(claimant, clock.instant());
    }

    /** Gives back what is to be tried again later; what was replaced or removed since stays so. */
    public void postpone(PendingOperation operation, Duration pause) {
        transactions.run(() -> {
            boolean ours = remove(operation);
            if (ours) {
                operations.put(operation, clock.instant().plus(pause));
            }
            return ours;
        });
    }

    /** @return whether it was still this process's to carry on, and not replaced by a newer one of the same device */
    boolean remove(PendingOperation operation) {
        return operations.remove(operation.id(), operation.registration(), claimant);
    }

    /** Ends a wait. */
    public void wake() {
        news.release();
    }

    /** Waits for new work of this process, for so long at most. */
    public void await(Duration longest) throws InterruptedException {
        if (news.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }
}
