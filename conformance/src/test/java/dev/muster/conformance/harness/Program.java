package dev.muster.conformance.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs that users run against the server. Stateless. */
public final class Program {
    private static final int SECONDS = 90;

    private Program() {}

    /** @param output standard output and error together, as a terminal shows them */
    public record Result(int exitCode, String output) {}

    /** Runs to the end. */
    public static Result run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = start(directory, environment, command, output);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(command.getFirst() + " did not end; it said: " + TestServer.read(output));
        }
        return new Result(process.exitValue(), TestServer.read(output));
    }

    /** Starts, and leaves the end to the caller. */
    public static Process start(Path directory, Map<String, String> environment, List<String> command, Path output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
