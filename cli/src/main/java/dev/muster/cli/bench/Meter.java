package dev.muster.cli.bench;

import dev.muster.cli.client.load.Exchange;
import dev.muster.cli.client.load.LoadClient;
import dev.muster.cli.client.load.LoadDevice;
import dev.muster.cli.client.load.TlsVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets devices have one kind of exchange with one server, round by round, and adds up what it costs. For one thread.
 */
final class Meter {
    private final LoadClient client;
    private final int concurrency;
    private final Subject subject;
    private final List<Cost> rounds = new ArrayList<>();
    private final List<long[]> latencies = new ArrayList<>();

    /** What is measured. */
    record Subject(InetSocketAddress server, ProcessUsage usage, TlsVersion version, Exchange exchange) {}

    Meter(LoadClient client, int concurrency, Subject subject) {
        this.client = client;
        this.concurrency = concurrency;
        this.subject = subject;
    }

    void round(List<LoadDevice> devices) throws IOException, InterruptedException {
        ProcessUsage self = new ProcessUsage(ProcessHandle.current().pid());
        Duration serverBefore = subject.usage().cpu();
        Duration clientBefore = self.cpu();
        LoadClient.Run run = client.run(subject.server(), subject.version(), subject.exchange(), devices, concurrency);
        rounds.add(new Cost(
                devices.size(),
                run.elapsed(),
                subject.usage().cpu().minus(serverBefore),
                self.cpu().minus(clientBefore)));
        latencies.add(run.latencies());
    }

    Series series() {
        return new Series(rounds, Latencies.of(latencies));
    }
}
