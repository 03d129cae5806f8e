package dev.muster.server.fuzz;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor without threads: work is done when it is handed over. Its timer never fires. */
public final class AtOnce extends AbstractExecutorService {
    /** Nobody waits for long here. */
    public static final Timer NEVER = new Never();

    private record Never() implements Timer {
        @Override
        public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
            return new NeverDue(task);
        }

        @Override
        public Set<Timeout> stop() {
            return Set.of();
        }
    }

    private record NeverDue(TimerTask task) implements Timeout {
        @Override
        public Timer timer() {
            return NEVER;
        }

        @Override
        public boolean isExpired() {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
