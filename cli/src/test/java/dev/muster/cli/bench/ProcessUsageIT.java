package dev.muster.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessUsageIT {
    @Test
    void cpu_countsThreadsThatHaveEnded() throws Exception {
        ProcessUsage self = new ProcessUsage(ProcessHandle.current().pid());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Duration before = self.cpu();
        Thread busy = Thread.ofPlatform().start(() -> {
            while (threads.getCurrentThreadCpuTime() < 200_000_000) {
                Thread.onSpinWait();
            }
        });
        busy.join();

        assertThat(self.cpu().minus(before)).isGreaterThanOrEqualTo(Duration.ofMillis(180));
    }
}
