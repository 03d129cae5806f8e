package dev.muster.cli.bench;

import dev.muster.cli.client.load.Exchange;
import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.Fleet;
import dev.muster.cli.client.load.LoadClient;
import dev.muster.cli.client.load.LoadDevice;
import dev.muster.cli.client.load.TlsVersion;
import dev.muster.server.tls.FastCrypto;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The memory that a server needs for devices which are connected with their hub and silent. Used by one thread. */
public final class IdleBenchmark {
    private static final int CONCURRENCY = 64;

    /**
     * Connect first, and go: so that what every server needs anyway, compiled code too, is there at the first reading.
     */
    private static final int VISITORS = 5_000;

    /**
     * Lets a collection leave the heap little larger than what lives in it. Else resident memory grows with the garbage
     * of the handshakes, by as much as the collector finds convenient.
     */
    private static final List<String> COMPACT_HEAP =
            List.of("-Xms16m", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private final List<String> serverOptions;
    private final Consumer<String> progress;

    /**
     * @param serverOptions further options for the server's JVM
     * @param progress told what goes on, a line at a time
     */
    public IdleBenchmark(List<String> serverOptions, Consumer<String> progress) {
        this.serverOptions =
                Stream.concat(COMPACT_HEAP.stream(), serverOptions.stream()).toList();
        this.progress = progress;
    }

    /**
     * What was measured.
     *
     * @param before resident memory of the server in bytes, its garbage collected
     * @param after the same with all connections open
     */
    public record Result(int connections, TlsVersion version, long before, long after) {
        public double bytesPerConnection() {
            return (double) (after - before) / connections;
        }
    }

    public Result run(int connections, TlsVersion version) throws IOException, InterruptedException {
        progress.accept("making certificates");
        FastCrypto.install();
        Fleet fleet = new Fleet(InstantSource.system());
        List<LoadDevice> devices = fleet.devices("idle", connections);
        List<LoadDevice> visitors = fleet.devices("visitor", VISITORS);
        try (TemporaryDirectory directory = TemporaryDirectory.create()) {
            progress.accept("registering devices");
            register(directory.path(), fleet, version, List.of(devices, visitors));
            // A fresh server: the heap of the one before has grown by all those registrations.
            try (ServerProcess server = ServerProcess.start(directory.path(), serverOptions)) {
                connect(server, version, visitors).close();
                long before = memory(server);
                progress.accept("connecting");
                try (LoadClient _ = connect(server, version, devices)) {
                    return new Result(connections, version, before, memory(server));
                }
            }
        }
    }

    private void register(Path directory, Fleet fleet, TlsVersion version, List<List<LoadDevice>> fleets)
            throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(directory, serverOptions);
                LoadClient client = new LoadClient()) {
            Exchange registration = new Exchange.Registration(Transport.HTTPS, BenchGroup.enroll(directory, fleet));
            for (List<LoadDevice> devices : fleets) {
                client.run(server.address(Transport.HTTPS), version, registration, devices, CONCURRENCY);
            }
        }
    }

    /** The connections last as long as the client. */
    private static LoadClient connect(ServerProcess server, TlsVersion version, List<LoadDevice> devices)
            throws IOException, InterruptedException {
        LoadClient client = new LoadClient();
        try {
            client.run(
                    server.address(Transport.MQTT),
                    version,
                    new Exchange.Presence(BenchGroup.HUB),
                    devices,
                    CONCURRENCY);
            return client;
        } catch (IOException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    private static long memory(ServerProcess server) throws IOException, InterruptedException {
        server.giveBackMemory();
        return server.usage().memory();
    }
}
