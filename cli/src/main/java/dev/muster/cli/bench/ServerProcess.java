package dev.muster.cli.bench;

import dev.muster.cli.client.RunFile;
import dev.muster.cli.client.load.Exchange.Transport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Muster server in a process of its own, on free ports of the loopback interface. Used by one thread. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ChildProcess child;
    private final RunFile run;

    private ServerProcess(ChildProcess child, RunFile run) {
        this.child = child;
        this.run = run;
    }

    /**
     * Starts a server and returns when it is ready. It gets the options that this JVM was started with, so that the
     * launcher's choices apply, and the further ones after them.
     *
     * @param directory where its state is, and its output in {@code server.log}
     */
    static ServerProcess start(Path directory, List<String> furtherOptions) throws IOException, InterruptedException {
        Path config = directory.resolve("bench.yaml");
        Files.writeString(config, """
                data-directory: %s
                listen: {address: 127.0.0.1, https: 0, mqtt: 0, amqp: 0}
                """.formatted(directory));
        List<String> command = new ArrayList<>();
        command.add(program("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(furtherOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.muster.cli.Muster"));
        command.addAll(List.of("serve", "--config", config.toString()));
        ChildProcess child = ChildProcess.start(command, directory.resolve("server.log"));
        try {
            return new ServerProcess(child, ready(child, directory));
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    InetSocketAddress address(Transport transport) {
        int port = switch (transport) {
            case HTTPS, MQTT_WS, AMQP_WS -> run.https();
            case MQTT -> run.mqtt();
            case AMQP -> run.amqp();
        };
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Lets the server keep no memory but what it uses. Needs a JDK, as the launcher does. */
    void giveBackMemory() throws IOException, InterruptedException {
        // What the first collection finds unused may hold more, which is freed before the second.
        for (String command : List.of("GC.run", "GC.run", "System.trim_native_heap")) {
            tell(command);
        }
    }

    private void tell(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program("jcmd"), Long.toString(run.pid()), command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("the server did not obey " + command);
        }
    }

    String lastOutput() throws IOException {
        return child.lastOutput();
    }

    ProcessUsage usage() {
        return new ProcessUsage(run.pid());
    }

    @Override
    public void close() {
        child.close();
    }

    private static String program(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static RunFile ready(ChildProcess child, Path directory) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (child.isAlive() && System.nanoTime() < deadline) {
            Optional<RunFile> run = RunFile.read(directory);
            if (run.isPresent()) {
                return run.get();
            }
            Thread.sleep(LOOK_AGAIN);
        }
        throw new IOException("the server to be measured did not start; its output ends with: " + child.lastOutput());
    }
}
