package dev.muster.server;

import dev.muster.server.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Tells other processes on this machine how to reach the running server; gone when it has stopped in order. */
final class RunFile implements AutoCloseable {
    private final Path file;

    RunFile(Path directory, String host, int https, int mqtt, int amqp) {
        this.file = directory.resolve("run.json");
        try {
            Files.write(
                    file,
                    Json.print(Map.of(
                            "host",
                            host,
                            "https",
                            https,
                            "mqtt",
                            mqtt,
                            "amqp",
                            amqp,
                            "pid",
                            ProcessHandle.current().pid())));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
