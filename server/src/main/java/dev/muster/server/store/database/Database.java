package dev.muster.server.store.database;

import dev.muster.base.NoWaiting;
import dev.muster.base.Transactions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the implementations of the ports keep their rows. Safe for any number of threads, best called from virtual
 * ones.
 */
public abstract sealed class Database implements Transactions, AutoCloseable permits SqliteDatabase, PostgresDatabase {
    /** The connection of the transaction that the calling thread is in. */
    final ScopedValue<Sql> current = ScopedValue.newInstance();

    private final AtomicLong authoritiesVersion = new AtomicLong();

    @Override
    public final <T> T run(Supplier<T> work) {
        return takesPart() ? work.get() : transact(work);
    }

    @Override
    public final <T> CompletableFuture<T> start(Supplier<T> work) {
        return current.isBound() ? Transactions.super.start(work) : startTransaction(work);
    }

    @Override
    public final void afterCommit(Runnable action) {
        if (current.isBound()) {
            current.get().afterCommit(action);
        } else {
            action.run();
        }
    }

    /** Writes and returns once that is on disk, or takes part in the transaction that the caller is in. */
    public final <T> T write(Function<Sql, T> work) {
        return takesPart() ? work.apply(current.get()) : store(work);
    }

    /** {@link #write} for work that has no result. */
    public final void change(Consumer<Sql> work) {
        write(sql -> {
            work.accept(sql);
            return true;
        });
    }

    /** Reads what is on disk, or what the transaction sees that the caller is in. */
    public final <T> T read(Function<Sql, T> work) {
        return takesPart() ? work.apply(current.get()) : query(work);
    }

    /** Whether the caller is in a transaction; if not, it has to wait for the database. */
    private boolean takesPart() {
        boolean takesPart = current.isBound();
        if (!takesPart) {
            NoWaiting.end();
        }
        return takesPart;
    }

    final boolean inTransaction() {
        return current.isBound();
    }

    /** To be said by whoever writes a group or a CA certificate, in the transaction that does it. */
    public final void authoritiesChanged(Sql sql) {
        sql.afterCommit(authoritiesVersion::incrementAndGet);
    }

    /** Counts the changes of groups and CA certificates by this process. */
    final long authoritiesVersion() {
        return authoritiesVersion.get();
    }

    /** How long this process may believe what it has read of groups and CA certificates if it did not change them. */
    public abstract Duration authoritiesFreshness();

    /** Several reads and writes as one; what they overwrite has not been changed by others since they read it. */
    abstract <T> T transact(Supplier<T> work);

    /** As {@link #transact}, but returns before it is done. */
    abstract <T> CompletableFuture<T> startTransaction(Supplier<T> work);

    /** Statements that go together, each of which is right by itself whatever others write at the same time. */
    abstract <T> T store(Function<Sql, T> work);

    abstract <T> T query(Function<Sql, T> work);

    /** Returns when all that was accepted is on disk. */
    @Override
    public abstract void close();
}
