package dev.muster.cli.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.IntConsumer;

/** What work costs the thread that does it. Stateless. */
final class Cpu {
    private Cpu() {}

    /**
     * Does something a number of times, counting from 0.
     *
     * @return microseconds of this thread's CPU time for each
     */
    static double micros(int count, IntConsumer work) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int number = 0; number < count; number++) {
            work.accept(number);
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e3 / count;
    }

    /** The one in the middle: what else a machine does for some seconds does not count. */
    static double median(double[] rounds) {
        double[] sorted = rounds.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
