package dev.muster.server.store.database;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does a task again and again on a thread of its own. A failure is logged, and the next time comes all the same. */
public final class Repetition implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repetition.class);

    private final String name;
    private final Duration pause;
    private final Runnable task;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** @param pause between the end of one time and the start of the next */
    public Repetition(String name, Duration pause, Runnable task) {
        this.name = name;
        this.pause = pause;
        this.task = task;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    /** Returns when a task under way is done; there will be no other. */
    @Override
    public void close() {
        closed.countDown();
        Threads.join(thread);
    }

    private void work() {
        try {
            while (!closed.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                attempt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed this time", name, e);
        }
    }
}
