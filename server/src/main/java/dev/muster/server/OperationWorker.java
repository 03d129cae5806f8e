package dev.muster.server;

import dev.muster.registration.Backlog;
import dev.muster.registration.PendingOperation;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

    private static final Duration RENEWAL = Duration.ofSeconds(5);

    /** After a defect, or without a store. */
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

    private final Backlog backlog;
    private final Consumer<PendingOperation> work;
    private final Set<PendingOperation> underWay = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Thread thread;
    private volatile boolean closed;

    /** Whether there may be work that is due and has no room. */
    private volatile boolean full;

    /** @param work blocks until a piece is done or postponed */
    OperationWorker(Backlog backlog, Consumer<PendingOperation> work) {
        this.backlog = backlog;
        this.work = work;
        backlog.release();
        this.thread = Thread.ofPlatform().daemon().name("operations").start(this::handOut);
    }

    private void handOut() {
        long renewed = System.nanoTime();
        while (!closed) {
            try {
                List<PendingOperation> claimed = underWay();
                if (claimed.isEmpty()) {
                    renewed = System.nanoTime();
                } else if (System.nanoTime() - renewed > RENEWAL.toNanos()) {
                    backlog.renew(claimed);
                    renewed = System.nanoTime();
                }
                if (startSome() == 0) {
                    backlog.await(LOOK);
                }
            } catch (RuntimeException e) {
                LOG.error("Could not look for operations to carry on; trying again.", e);
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @return how many were started */
    private int startSome() {
        List<PendingOperation> now = underWay();
        Set<String> busy = busy(now);
        int room = AT_A_TIME - now.size();
        full = room == 0 || !busy.isEmpty();
        if (room == 0) {
            return 0;
        }
        List<PendingOperation> taken = backlog.take(Math.min(room, AT_A_TIME_FOR_A_HOST), busy);
        taken.forEach(this::start);
        return taken.size();
    }

    private void start(PendingOperation operation) {
        begin(operation);
        Thread.ofVirtual().name("operation").start(() -> {
            try {
                work.accept(operation);
            } catch (RuntimeException | Error e) {
                if (!closed) {
                    LOG.error("The registration of '{}' could not be carried on; trying again.", operation.id(), e);
                    postpone(operation);
                }
            } finally {
                end(operation);
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

    private synchronized void begin(PendingOperation operation) {
        underWay.add(operation);
    }

    private synchronized void end(PendingOperation operation) {
        underWay.remove(operation);
        if (full) {
            backlog.wake();
        }
    }

    private synchronized List<PendingOperation> underWay() {
        return List.copyOf(underWay);
    }

    /** The hosts that have their share. */
    private static Set<String> busy(List<PendingOperation> underWay) {
        return underWay.stream()
                .collect(Collectors.groupingBy(operation -> operation.progress().waitsFor(), Collectors.counting()))
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() >= AT_A_TIME_FOR_A_HOST)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
