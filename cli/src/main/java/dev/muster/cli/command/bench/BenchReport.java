package dev.muster.cli.command.bench;

import dev.muster.cli.bench.Cost;
import dev.muster.cli.bench.RegistrationPlan;
import dev.muster.cli.bench.RegistrationResult;
import dev.muster.cli.bench.Series;
import dev.muster.cli.client.Document;
import dev.muster.cli.command.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What {@code muster bench register} prints. Immutable. */
final class BenchReport {
    private final List<RegistrationResult> results;

    BenchReport(List<RegistrationResult> results) {
        this.results = List.copyOf(results);
    }

    void print(PrintWriter out, RegistrationPlan plan) {
        out.printf(
                "Each line: %d registrations and as many handshakes, in %d rounds by turns, %d at a time; every device"
                        + " has a key and a certificate of its own. Counted is the round in the middle.%n",
                plan.load().devices(), plan.load().rounds(), plan.load().concurrency());
        out.println("CPU in microseconds of the server's process for each; floor: full mutual handshake and the least"
                + " request. Sessions can be resumed, but for nginx in the last column.");
        Table table = new Table(
                "transport",
                "tls",
                "existing",
                "per s",
                "cpu",
                "floor",
                "ratio",
                "rounds",
                "p50 ms",
                "p99 ms",
                "client cpu",
                "nginx floor",
                "no tickets");
        results.forEach(result -> table.row(cells(result)));
        table.print(out, "Nothing was measured.");
        results.forEach(result -> first(result).ifPresent(first -> out.println(comparison(first, result))));
        out.flush();
    }

    void printJson(PrintWriter out) {
        results.forEach(result -> out.println(Document.of(members(result))));
        out.flush();
    }

    private static String[] cells(RegistrationResult result) {
        Cost cost = result.registration().cost();
        return new String[] {
            result.transport().toString(),
            result.version().toString(),
            Integer.toString(result.existing()),
            rounded(cost.perSecond(), 0),
            rounded(cost.serverMicros(), 0),
            rounded(result.floor().cost().serverMicros(), 0),
            rounded(result.ratio(), 2),
            rounded(result.ratios().min().orElseThrow(), 2) + ".."
                    + rounded(result.ratios().max().orElseThrow(), 2),
            rounded(millis(result.registration().latencies().percentile(50)), 1),
            rounded(millis(result.registration().latencies().percentile(99)), 1),
            rounded(cost.clientMicros(), 0),
            result.nginx().map(nginx -> beside(nginx.asItComes(), cost)).orElse("-"),
            result.nginx().map(nginx -> beside(nginx.withoutTickets(), cost)).orElse("-")
        };
    }

    private static String beside(Series yardstick, Cost cost) {
        return rounded(yardstick.cost().serverMicros(), 0) + " (" + rounded(cost.ratioTo(yardstick.cost()), 2) + ")";
    }

    private static Map<String, Object> members(RegistrationResult result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("transport", result.transport().toString());
        members.put("tls", result.version().toString());
        members.put("existing", result.existing());
        members.put("ratio", result.ratio());
        members.put("ratiosByRound", result.ratios().boxed().toList());
        members.put("registration", members(result.registration()));
        members.put("floor", members(result.floor()));
        result.nginx().ifPresent(nginx -> {
            members.put("nginx", members(nginx.asItComes()));
            members.put("nginxWithoutTickets", members(nginx.withoutTickets()));
        });
        return members;
    }

    private static Map<String, Object> members(Series series) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("exchangesInRound", series.cost().exchanges());
        members.put("perSecond", series.cost().perSecond());
        members.put("serverCpuMicros", series.cost().serverMicros());
        members.put("clientCpuMicros", series.cost().clientMicros());
        members.put("p50Millis", millis(series.latencies().percentile(50)));
        members.put("p99Millis", millis(series.latencies().percentile(99)));
        return members;
    }

    /** The same over the first number of existing registrations, if this is over another. */
    private Optional<RegistrationResult> first(RegistrationResult result) {
        return results.stream()
                .filter(other -> other.transport() == result.transport() && other.version() == result.version())
                .findFirst()
                .filter(other -> other.existing() != result.existing());
    }

    private static String comparison(RegistrationResult first, RegistrationResult result) {
        return String.format(
                Locale.ROOT,
                "%s, TLS %s: over %d existing registrations %.2f times the CPU of over %d",
                result.transport(),
                result.version(),
                result.existing(),
                result.registration().cost().ratioTo(first.registration().cost()),
                first.existing());
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static String rounded(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
