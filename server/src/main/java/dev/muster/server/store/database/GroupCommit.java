package dev.muster.server.store.database;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the writes of all threads one after another on one connection, those that wait together in one transaction, so
 * that they share its flush to disk. Work may be run twice. One thread of its own does it; callers wait for it.
 */
final class GroupCommit implements AutoCloseable {
    private static final int MAX_BATCH = 256;

    /**
     * How long after the last commit, in nanoseconds, a batch still waits for company, if that commit had company: a
     * lone writer never waits. A commit costs about the same for one as for many, in flushes and in threads to wake.
     */
    private static final long GATHERING = 10_000_000;

    private final Sql sql;
    private final ScopedValue<Sql> current;
    private final Thread writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Queue<Item<?>> waiting = new ArrayDeque<>();
    private boolean closed;
    private boolean hadCompany;
    private long settled = System.nanoTime();

    /** @param current holds the connection while work is run */
    GroupCommit(Sql sql, ScopedValue<Sql> current) {
        this.sql = sql;
        this.current = current;
        this.writer = Thread.ofPlatform().name("muster-store-writer").start(this::work);
    }

    /** A piece of work and what came of it. */
    private static final class Item<T> {
        private final Function<Sql, T> work;
        private final boolean inTransaction;
        private final CompletableFuture<T> settled = new CompletableFuture<>();
        private @Nullable T value;
        private @Nullable Throwable failure;

        Item(Function<Sql, T> work, boolean inTransaction) {
            this.work = work;
            this.inTransaction = inTransaction;
        }

        void run(Sql sql) {
            value = work.apply(sql);
        }

        @SuppressWarnings("NullAway") // without a failure there is a value, or T allows for none
        void settle() {
            if (failure == null) {
                settled.complete(value);
            } else {
                settled.completeExceptionally(failure);
            }
        }
    }

    /** Returns once the writes of the work are on disk; when it throws, they never were. */
    <T> T write(Function<Sql, T> work) {
        return await(start(work));
    }

    /** As {@link #write}, but the writes are on disk when the result is there. */
    <T> CompletableFuture<T> start(Function<Sql, T> work) {
        return submit(new Item<>(work, true));
    }

    /** Runs what must not be in a transaction between two of them. */
    <T> T between(Function<Sql, T> work) {
        return await(submit(new Item<>(work, false)));
    }

    /** Not interruptible: whoever gives up waiting would not know whether the write took place. */
    private static <T> T await(CompletableFuture<T> result) {
        try {
            return result.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                case null, default -> throw e;
            }
        }
    }

    /** How many pieces of work have yet to be begun. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when everything that was accepted is on disk; what comes later is refused. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        Threads.join(writer);
    }

    private <T> CompletableFuture<T> submit(Item<T> item) {
        lock.lock();
        try {
            if (closed) {
                throw new StoreFailure("the store is closed");
            }
            waiting.add(item);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        return item.settled;
    }

    private void work() {
        ScopedValue.where(current, sql).run(() -> {
            for (List<Item<?>> batch = take(); !batch.isEmpty(); batch = take()) {
                settle(batch);
            }
        });
    }

    /** What waits, in its order, as far as it can be one batch; empty when all is done and nothing will come. */
    private List<Item<?>> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                arrived.awaitUninterruptibly();
            }
            gather();
            List<Item<?>> batch = new ArrayList<>();
            while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
                if (!waiting.element().inTransaction && !batch.isEmpty()) {
                    break;
                }
                Item<?> item = waiting.remove();
                batch.add(item);
                if (!item.inTransaction) {
                    break;
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Sleeps with the lock open, and not on the condition, whose every signal would wake this thread. */
    private void gather() {
        long left = settled + GATHERING - System.nanoTime();
        if (hadCompany && left > 0 && !closed) {
            lock.unlock();
            try {
                LockSupport.parkNanos(left);
            } finally {
                lock.lock();
            }
        }
    }

    private void settle(List<Item<?>> batch) {
        try {
            if (batch.getFirst().inTransaction) {
                commit(batch);
            } else {
                batch.getFirst().run(sql);
            }
        } catch (RuntimeException | Error e) {
            batch.forEach(item -> item.failure = e);
        }
        hadCompany = batch.size() > 1;
        settled = System.nanoTime();
        batch.forEach(Item::settle);
    }

    /** Hopes that no item fails. If one does, all is undone and done again with savepoints, which would cost always. */
    private void commit(List<Item<?>> batch) {
        try {
            inTransaction(() -> batch.forEach(item -> item.run(sql)));
        } catch (RuntimeException | Error e) {
            if (batch.size() == 1) {
                throw e;
            }
            inTransaction(() -> batch.forEach(this::runInSavepoint));
        }
        sql.runAfterCommit();
    }

    private void inTransaction(Runnable work) {
        sql.execute("BEGIN IMMEDIATE");
        try {
            work.run();
            sql.execute("COMMIT");
        } catch (RuntimeException | Error e) {
            sql.forgetActions(0);
            undo(e);
            throw e;
        }
    }

    /** Runs the item so that, if it fails, it undoes its own writes and no neighbor's. */
    private void runInSavepoint(Item<?> item) {
        sql.execute("SAVEPOINT item");
        int actions = sql.actions();
        try {
            item.run(sql);
        } catch (RuntimeException | Error e) {
            item.failure = e;
            sql.execute("ROLLBACK TO item");
            sql.forgetActions(actions);
        }
        sql.execute("RELEASE item");
    }

    private void undo(Throwable cause) {
        try {
            sql.execute("ROLLBACK");
        } catch (StoreFailure e) {
            // SQLite has rolled back by itself after some failures, such as a full disk.
            cause.addSuppressed(e);
        }
    }
}
