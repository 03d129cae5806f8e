package dev.muster.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a running server says of itself in its data directory. */
public record RunFile(long pid, String host, int https, int mqtt, int amqp) {
    static final String NAME = "run.json";

    /** Empty when no server has left one. */
    public static Optional<RunFile> read(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // Read while it is being written, it is not a document yet.
        return Document.tryParse(Files.readAllBytes(file))
                .map(run -> new RunFile(
                        run.number("pid"), run.text("host"), (int) run.number("https"), (int) run.number("mqtt"), (int)
                                run.number("amqp")));
    }
}
