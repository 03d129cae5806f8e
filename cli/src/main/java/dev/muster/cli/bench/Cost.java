package dev.muster.cli.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What a number of exchanges cost.
 *
 * @param serverCpu CPU time of the server's process
 * @param clientCpu CPU time of this one
 */
public record Cost(int exchanges, Duration elapsed, Duration serverCpu, Duration clientCpu) {
    /** The one in the middle by {@link #serverMicros}: what else a machine does for some seconds does not count. */
    static Cost median(List<Cost> costs) {
        return costs.stream()
                .sorted(Comparator.comparingDouble(Cost::serverMicros))
                .toList()
                .get(costs.size() / 2);
    }

    /** Microseconds of the server's CPU time for one exchange. */
    public double serverMicros() {
        return micros(serverCpu);
    }

    /** Microseconds of the client's CPU time for one exchange. */
    public double clientMicros() {
        return micros(clientCpu);
    }

    public double perSecond() {
        return exchanges / (elapsed.toNanos() / 1e9);
    }

    /** How many times dearer for the server than the other. */
    public double ratioTo(Cost other) {
        return serverMicros() / other.serverMicros();
    }

    private double micros(Duration cpu) {
        return cpu.toNanos() / 1e3 / exchanges;
    }
}
