package dev.muster.hub;

import dev.muster.base.Transactions;
import java.util.function.Supplier;

/** Every write is on disk at once. */
public final class Immediate implements Transactions {
    @Override
    public <T> T run(Supplier<T> work) {
        return work.get();
    }

    @Override
    public void afterCommit(Runnable action) {
        action.run();
    }
}
