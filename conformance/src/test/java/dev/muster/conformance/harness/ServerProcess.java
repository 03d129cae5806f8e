package dev.muster.conformance.harness;

import dev.muster.cli.Muster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code muster serve} in a process of its own, so that it can be killed. For one thread. */
public final class ServerProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final TestServer.Identity identity;
    private final Path directory;

    private ServerProcess(Process process, Path output, TestServer.Identity identity, Path directory) {
        this.process = process;
        this.output = output;
        this.identity = identity;
        this.directory = directory;
    }

    /** Starts a server on a data directory, new or left behind by another. */
    public static ServerProcess start(Path directory) throws IOException, InterruptedException {
        return start(directory, List.of());
    }

    /**
     * @param before what stands before the program: another that starts it, and its options
     * @param options of the virtual machine
     */
    public static ServerProcess start(Path directory, List<String> before, String... options)
            throws IOException, InterruptedException {
        TestServer.checkPort(TestServer.HTTPS);
        TestServer.checkPort(TestServer.MQTT);
        TestServer.checkPort(TestServer.AMQP);
        return start(directory, "", before, options);
    }

    /** @param configuration what follows in its configuration file */
    public static ServerProcess start(Path directory, String configuration, List<String> before, String... options)
            throws IOException, InterruptedException {
        return start(directory, new Place(TestServer.HOST, TestServer.HTTPS), configuration, before, options);
    }

    /** Starts a server at another address. */
    public static ServerProcess start(Path directory, String address, int https)
            throws IOException, InterruptedException {
        return start(directory, new Place(address, https), "", List.of());
    }

    private record Place(String address, int https) {}

    private static ServerProcess start(Path directory, Place place, String more, List<String> before, String... options)
            throws IOException, InterruptedException {
        Path configuration = directory.resolve("muster.yaml");
        Files.writeString(
                configuration, """
                data-directory: data
                listen:
                  address: %1$s
                  https: %2$d
                  mqtt: %3$d
                  amqp: %4$d
                hubs:
                  - name: %1$s
                """.formatted(place.address(), place.https(), TestServer.MQTT, TestServer.AMQP) + more);
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = Program.start(directory, Map.of(), command(before, options, configuration), output);
        TestServer.Identity identity = new TestServer.Identity(
                printed(process, output, "id scope +(\\S+)"),
                Path.of(printed(process, output, "trust +(\\S+)")),
                directory.resolve("data/admin.token"));
        return new ServerProcess(process, output, identity, directory);
    }

    private static List<String> command(List<String> before, String[] options, Path configuration) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Muster.class.getName(),
                "serve",
                "--config",
                configuration.toString()));
        return command;
    }

    public TestServer.Identity identity() {
        return identity;
    }

    /** For the one at the address of the tests. */
    public TestServer server() {
        return new TestServer(identity, directory, () -> {});
    }

    /** What it has printed and logged. */
    public String output() {
        return TestServer.read(output);
    }

    /** As an operator does: what is under way is brought to its end. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** {@code kill -9}: no hook runs, no buffer is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** What the pattern's group matches, once the server has said it. */
    private static String printed(Process process, Path output, String pattern) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Matcher matcher = Pattern.compile(pattern).matcher(TestServer.read(output));
        while (!matcher.find()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IllegalStateException("the server did not start: " + TestServer.read(output));
            }
            Thread.sleep(50);
            matcher.reset(TestServer.read(output));
        }
        return matcher.group(1);
    }
}
