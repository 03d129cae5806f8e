package dev.muster.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a Linux process has used, as the kernel counts it. The sums of {@code /proc/PID/stat} are taken and not those of
 * {@code /proc/PID/task/TID/schedstat}: the latter are a million times finer and forget every thread that has ended,
 * and a JVM ends compiler threads all the time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
final class ProcessUsage {
    /** USER_HZ is 100 on every architecture that a JVM of today runs on. */
    static final Duration TICK = Duration.ofMillis(10);

    private static final int FIELDS_BEFORE_UTIME = 11;

    private final Path directory;

    ProcessUsage(long pid) {
        this(Path.of("/proc", Long.toString(pid)));
    }

    ProcessUsage(Path directory) {
        this.directory = directory;
    }

    /** User and system time of all threads, those that have ended included, in steps of {@link #TICK}. */
    Duration cpu() throws IOException {
        String line = Files.readString(directory.resolve("stat"), StandardCharsets.UTF_8);
        // The second field is the program's name in parentheses and may hold anything, parentheses too.
        String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", FIELDS_BEFORE_UTIME + 3);
        long ticks = Long.parseLong(fields[FIELDS_BEFORE_UTIME]) + Long.parseLong(fields[FIELDS_BEFORE_UTIME + 1]);
        return TICK.multipliedBy(ticks);
    }

    /** Resident memory in bytes. */
    long memory() throws IOException {
        return Files.readAllLines(directory.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kilobytes -> Long.parseLong(kilobytes) * 1024)
                .findFirst()
                .orElseThrow(() -> new IOException("no VmRSS in " + directory));
    }
}
