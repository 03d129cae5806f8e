package dev.muster.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Does the same for many devices at once, each on a virtual thread of its own. */
final class Fleet {
    /** Enough to keep a server busy, few enough that none waits long for its handshake. */
    private static final int AT_ONCE = 64;

    private Fleet() {}

    /** What a device does. */
    @FunctionalInterface
    interface Task<I, O> {
        O run(I item) throws Exception;
    }

    /** The results in the order of the items; the first failure ends it all. */
    static <I, O> List<O> each(List<I> items, Story story, Task<I, O> task) throws Exception {
        Semaphore places = new Semaphore(AT_ONCE);
        List<O> results = new ArrayList<>();
        try (Progress progress = story.progress(items.size());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<O>> futures = items.stream()
                    .map(item -> threads.submit(() -> {
                        places.acquire();
                        try {
                            O result = task.run(item);
                            progress.advance();
                            return result;
                        } finally {
                            places.release();
                        }
                    }))
                    .toList();
            try {
                for (Future<O> future : futures) {
                    results.add(future.get());
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return results;
    }
}
