package dev.muster.server.store.database;

/** What the classes with a thread of their own have in common. */
final class Threads {
    private Threads() {}

    /** Waits for the thread's end, however often the caller is interrupted; the caller stays marked as interrupted. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
