package dev.muster.cli.command.bench;

import dev.muster.cli.bench.IdleBenchmark;
import dev.muster.cli.client.load.TlsVersion;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster bench idle}: the server's memory for connected and silent devices. */
@Command(
        name = "idle",
        description =
                "Measure the server's memory for devices that are connected with their hub over MQTT, and silent.")
final class BenchIdleCommand implements Callable<Integer> {
    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many; default 10000. The limit on open files must allow for them.")
    private int connections;

    @Option(
            names = "--server-option",
            paramLabel = "OPTION",
            description = "Further option for the server's JVM, such as -XX:+UseSerialGC; may be repeated.")
    private List<String> serverOptions = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (connections < 1) {
            throw new ParameterException(spec.commandLine(), "--connections must be at least 1");
        }
        PrintWriter err = spec.commandLine().getErr();
        IdleBenchmark.Result result = new IdleBenchmark(serverOptions, line -> {
                    err.println(line + " ...");
                    err.flush();
                })
                .run(connections, TlsVersion.TLS_1_3);
        spec.commandLine()
                .getOut()
                .println(String.format(
                        Locale.ROOT,
                        "%d connections, TLS %s: %.1f KiB each (resident: %d MiB before, %d MiB after)",
                        result.connections(),
                        result.version(),
                        result.bytesPerConnection() / 1024,
                        result.before() >> 20,
                        result.after() >> 20));
        return 0;
    }
}
