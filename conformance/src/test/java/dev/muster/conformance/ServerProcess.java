package dev.muster.conformance;

import dev.muster.server.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The server in a process of its own, so that it can be killed. For one thread. */
final class ServerProcess {
    private static final String READY = "ready ";

    private final Process process;
    private final TestServer server;

    private ServerProcess(Process process, TestServer server) {
        this.process = process;
        this.server = server;
    }

    /** Starts a server on a data directory, new or left behind by another. */
    static ServerProcess start(Path directory) throws IOException {
        TestServer.checkPort(TestServer.HTTPS);
        TestServer.checkPort(TestServer.MQTT);
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        directory.resolve("data").toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.startsWith(READY)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("the server did not start");
        }
        String[] identity = line.substring(READY.length()).split("\\|");
        TestServer.Identity known = new TestServer.Identity(identity[0], Path.of(identity[1]), Path.of(identity[2]));
        return new ServerProcess(process, new TestServer(known, directory, () -> {}));
    }

    TestServer server() {
        return server;
    }

    /** {@code kill -9}: no hook runs, no buffer is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The child. */
    public static void main(String[] arguments) throws InterruptedException {
        try (Server server = Server.start(TestServer.config(Path.of(arguments[0])))) {
            System.out.println(
                    READY + server.idScope() + "|" + server.authorityCertificate() + "|" + server.adminTokenFile());
            new CountDownLatch(1).await();
        }
    }
}
