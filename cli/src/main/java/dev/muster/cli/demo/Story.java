package dev.muster.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Tells what happens, step by step, with the time that each step took. For one thread. */
final class Story {
    private final PrintWriter out;
    private final boolean terminal;
    private int steps;

    /** @param terminal whether a line may be drawn over */
    Story(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Does a step and says so when it is done. */
    <T> T step(String title, Callable<T> work) throws Exception {
        steps++;
        out.println();
        out.println(steps + ". " + title);
        out.flush();
        long begin = System.nanoTime();
        T result = work.call();
        say("done in " + took(begin));
        return result;
    }

    void say(String line) {
        out.println("   " + line);
        out.flush();
    }

    void tell(String line) {
        out.println(line);
        out.flush();
    }

    /** A count of things that happen in parallel. */
    Progress progress(int total) {
        return new Progress(out, terminal, total);
    }

    static String took(long beginNanos) {
        Duration time = Duration.ofNanos(System.nanoTime() - beginNanos);
        return time.compareTo(Duration.ofSeconds(1)) < 0
                ? time.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
