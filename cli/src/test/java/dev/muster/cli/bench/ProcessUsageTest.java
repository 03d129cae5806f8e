package dev.muster.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessUsageTest {
    @Test
    void cpu_userAndSystemTicksWhateverTheProgramIsCalled(@TempDir Path directory) throws IOException {
        Files.writeString(
                directory.resolve("stat"),
                "8679 (a) b (c) R 8675 8675 4639 0 -1 4194304 2850 6583 13 2 33 76 3 3 20 0 1 0 224947 16961536 3355\n");

        assertThat(new ProcessUsage(directory).cpu()).isEqualTo(Duration.ofMillis(1090));
    }

    @Test
    void memory_isWhatIsResident(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("status"), "Name:\tjava\nVmHWM:\t   13544 kB\nVmRSS:\t   13540 kB\n");

        assertThat(new ProcessUsage(directory).memory()).isEqualTo(13540 * 1024);
    }
}
