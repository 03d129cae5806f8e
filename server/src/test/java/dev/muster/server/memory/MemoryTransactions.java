package dev.muster.server.memory;

import dev.muster.base.Transactions;
import java.util.function.Supplier;

/** One transaction at a time; undoes nothing. */
public final class MemoryTransactions implements Transactions {
    @Override
    public synchronized <T> T run(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void afterCommit(Runnable action) {
        action.run();
    }
}
