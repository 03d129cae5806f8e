package dev.muster.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.client.load.Exchange.Transport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole story against the real server; that it ends well is most of what there is to say. */
final class DemoIT {
    private static final int DEVICES = 20;

    @ParameterizedTest
    @EnumSource
    void demo_happensToItsEnd_andCleansUp(Transport transport) throws Exception {
        StringWriter text = new StringWriter();
        AtomicReference<Path> data = new AtomicReference<>();

        new Demo(new PrintWriter(text, true), false).play(DEVICES, transport, directory -> {
            assertThat(directory.resolve("run.json")).exists();
            data.set(directory);
        });

        assertThat(text.toString())
                .contains(
                        "20 devices register over " + transport,
                        "every message is there: 20 of 20",
                        "401002: CA certificate not found.",
                        "what to do about it:",
                        "All of it happened");
        assertThat(Files.exists(data.get())).isFalse();
    }
}
