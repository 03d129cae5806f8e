package dev.muster.cli.demo;

import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.server.Server;
import dev.muster.server.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The demo from its first line to its last: a server of its own, on free ports and with a store that goes away. */
public final class Demo {
    private final PrintWriter out;
    private final boolean terminal;

    /** @param terminal whether a line may be drawn over */
    public Demo(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Something to do while the server still runs from that directory. */
    @FunctionalInterface
    public interface Epilogue {
        void run(Path data) throws Exception;
    }

    /**
     * Plays it.
     *
     * @param transport what devices register over; telemetry always goes over MQTT
     * @throws Exception when any of it does not happen
     */
    public void play(int devices, Transport transport, Epilogue epilogue) throws Exception {
        Story story = new Story(out, terminal);
        long begin = System.nanoTime();
        Path data = Files.createTempDirectory("muster-demo-");
        CountDownLatch cleaned = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(interrupting(Thread.currentThread(), cleaned));
        try (Server server =
                story.step("A server starts: provisioning service, hub and their own CA", () -> start(data))) {
            story.say("https://127.0.0.1:" + server.httpsPort() + "  mqtts://127.0.0.1:" + server.mqttPort()
                    + "  id scope " + server.idScope());
            new Journey(server, transport, story).run(devices);
            story.tell("");
            story.tell("All of it happened, in " + Story.took(begin) + ".");
            epilogue.run(data);
        } finally {
            delete(data);
            cleaned.countDown();
        }
    }

    /** On Ctrl-C the virtual machine ends when its hooks have, so this one waits until nothing is left behind. */
    private static Thread interrupting(Thread player, CountDownLatch cleaned) {
        return new Thread(
                () -> {
                    player.interrupt();
                    try {
                        cleaned.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                },
                "clean up");
    }

    private static Server start(Path data) {
        return Server.start(Config.defaults(data).withListen(new Config.Listen("127.0.0.1", 0, 0, 0)));
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(directory)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
