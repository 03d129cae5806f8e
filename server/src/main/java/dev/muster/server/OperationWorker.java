package dev.muster.server;

import dev.muster.registration.Backlog;
import dev.muster.registration.PendingOperation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the backlog be carried on, each piece on a virtual thread: many at a time, and a share of them for each host
 * that is waited for, so that a slow one does not hold the others up. One thread hands out the work.
 */
final class OperationWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationWorker.class);
    private static final int AT_A_TIME = 256;
    private static final int AT_A_TIME_FOR_A_HOST = 64;

    /** How soon this process sees what another has left, and what is due again. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** After a defect, or without a store. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

    private final Backlog backlog;
    private final Consumer<PendingOperation> work;
    private final Semaphore free = new Semaphore(AT_A_TIME);
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /** @param work blocks until a piece is done or postponed */
    OperationWorker(Backlog backlog, Consumer<PendingOperation> work) {
        this.backlog = backlog;
        this.work = work;
        backlog.release();
        this.thread = Thread.ofPlatform().daemon().name("operations").start(this::handOut);
    }

    private void handOut() {
        while (!closed) {
            try {
                if (free.availablePermits() < AT_A_TIME) {
                    backlog.renew();
                }
                // What is done makes room for more of the same, which nobody announces.
                while (startSome() > 0) {}
            } catch (RuntimeException e) {
                LOG.error("Could not look for operations to carry on; trying again.", e);
            }
            try {
                backlog.await(LOOK);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @return how many were started */
    private int startSome() {
        int room = free.availablePermits();
        if (room == 0 || closed) {
            return 0;
        }
        List<PendingOperation> taken = backlog.take(Math.min(room, AT_A_TIME_FOR_A_HOST), busy());
        taken.forEach(this::start);
        return taken.size();
    }

    private void start(PendingOperation operation) {
        String host = operation.progress().waitsFor();
        free.acquireUninterruptibly();
        count(host, 1);
        Thread.ofVirtual().name("operation").start(() -> {
            try {
                work.accept(operation);
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.error("The registration of '{}' could not be carried on; trying again.", operation.id(), e);
                    postpone(operation);
                }
            } finally {
                count(host, -1);
                free.release();
            }
        });
    }

    private void postpone(PendingOperation operation) {
        try {
            backlog.postpone(operation, PAUSE_AFTER_FAILURE);
        } catch (RuntimeException e) {
            LOG.error("The registration of '{}' stays as it is until its claim ends.", operation.id(), e);
        }
    }

    private synchronized void count(String host, int change) {
        underWay.merge(host, change, (one, other) -> one + other == 0 ? null : one + other);
    }

    private synchronized Set<String> busy() {
        return underWay.entrySet().stream()
                .filter(entry -> entry.getValue() >= AT_A_TIME_FOR_A_HOST)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Begins nothing any more, and leaves what is under way to others, or to the next start. */
    @Override
    public void close() {
        closed = true;
        backlog.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        backlog.release();
    }
}
