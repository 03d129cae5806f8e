package dev.muster.cli.command.bench;

import dev.muster.cli.bench.RegistrationBenchmark;
import dev.muster.cli.bench.RegistrationPlan;
import dev.muster.cli.bench.RegistrationPlan.Load;
import dev.muster.cli.bench.RegistrationResult;
import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.TlsVersion;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster bench register}: the server's CPU time for complete X.509 registrations. */
@Command(
        name = "register",
        description = "Measure the server's CPU time for complete X.509 registrations, beside what the TLS handshake"
                + " alone costs it.")
final class BenchRegisterCommand implements Callable<Integer> {
    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many register in each measurement; default 10000.")
    private int devices;

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "11",
            description = "In how many parts, between which the handshakes are measured; default 11.")
    private int rounds;

    @Option(
            names = "--concurrency",
            paramLabel = "C",
            defaultValue = "32",
            description = "How many at the same time; default 32.")
    private int concurrency;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "200000",
            description = "How many handshakes and registrations come first and do not count; default 200000.")
    private int warmUp;

    @Option(
            names = "--transport",
            paramLabel = "https|mqtt|mqtt-ws|amqp|amqp-ws|all",
            defaultValue = "all",
            description = "What devices register over; default all.")
    private String transport = "all";

    @Option(names = "--tls", paramLabel = "1.2|1.3|all", defaultValue = "all", description = "Default all.")
    private String tls = "all";

    @Option(
            names = "--existing",
            paramLabel = "M",
            split = ",",
            defaultValue = "0",
            description = "How many registrations there are before; several numbers, such as 1000,1000000, are"
                    + " compared. Default 0.")
    private List<Integer> existing = List.of(0);

    @Option(
            names = "--nginx",
            paramLabel = "auto|off",
            defaultValue = "AUTO",
            description = "Measure the handshake of nginx beside, where it is installed; default auto.")
    private Nginx nginx = Nginx.AUTO;

    @Option(
            names = "--server-option",
            paramLabel = "OPTION",
            description = "Further option for the server's JVM, such as -XX:+UseG1GC; may be repeated.")
    private List<String> serverOptions = List.of();

    @Option(names = "--json", description = "Print JSON, one object a line.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private enum Nginx {
        AUTO,
        OFF
    }

    @Override
    public Integer call() throws Exception {
        RegistrationPlan plan = plan();
        List<RegistrationResult> results = new RegistrationBenchmark(plan, this::progress).run();
        BenchReport report = new BenchReport(results);
        if (json) {
            report.printJson(spec.commandLine().getOut());
        } else {
            report.print(spec.commandLine().getOut(), plan);
        }
        return 0;
    }

    private RegistrationPlan plan() {
        if (rounds < 1 || devices < rounds || concurrency < 1) {
            throw wrong("--rounds and --concurrency must be at least 1, and --devices at least --rounds");
        }
        return new RegistrationPlan(
                new Load(devices, rounds, concurrency, warmUp),
                chosen("--transport", transport, Transport.values()),
                chosen("--tls", tls, TlsVersion.values()),
                existing,
                nginx == Nginx.AUTO,
                serverOptions);
    }

    private <T> List<T> chosen(String option, String text, T[] values) {
        List<T> chosen = Stream.of(values)
                .filter(value -> text.equals("all") || text.equals(value.toString()))
                .toList();
        if (chosen.isEmpty()) {
            throw wrong(option + " cannot be '" + text + "'");
        }
        return chosen;
    }

    private void progress(String line) {
        spec.commandLine().getErr().println(line + " ...");
        spec.commandLine().getErr().flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
