package dev.muster.cli.command.bench;

import dev.muster.cli.bench.LookupBenchmark;
import dev.muster.cli.bench.LookupBenchmark.Result;
import dev.muster.cli.bench.LookupBenchmark.Size;
import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.Table;
import dev.muster.server.tls.FastCrypto;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster bench lookup}: whether many enrollments make each of them dearer to find. */
@Command(
        name = "lookup",
        description = "Measure what it costs to find a device's enrollment among few and among many, in this process.")
final class BenchLookupCommand implements Callable<Integer> {
    private static final Size FEW = new Size(100, 10);

    @Option(
            names = "--enrollments",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Individual enrollments, against 100; default 100000.")
    private int enrollments;

    @Option(
            names = "--groups",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Groups with certificates and as many with symmetric keys, against 10; default 10000.")
    private int groups;

    @Mixin
    private Listing listing = new Listing();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (enrollments < 1 || groups < 1) {
            throw new ParameterException(spec.commandLine(), "--enrollments and --groups must be at least 1");
        }
        FastCrypto.install();
        PrintWriter err = spec.commandLine().getErr();
        List<Result> results = new LookupBenchmark(line -> {
                    err.println(line + " ...");
                    err.flush();
                })
                .run(FEW, new Size(enrollments, groups));
        PrintWriter out = spec.commandLine().getOut();
        if (!listing.isJson()) {
            out.println("CPU in microseconds for each lookup, among " + size(FEW) + ", and among "
                    + size(new Size(enrollments, groups)) + ".");
        }
        listing.print(
                out,
                results.stream().map(BenchLookupCommand::document).toList(),
                "Nothing was measured.",
                new Table("LOOKUP", "FEW", "MANY", "RATIO"),
                result -> new String[] {
                    result.text("lookup"), result.text("few"), result.text("many"), result.text("ratio")
                });
        return 0;
    }

    private static Document document(Result result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("lookup", result.what());
        members.put("few", rounded(result.few()));
        members.put("many", rounded(result.many()));
        members.put("ratio", rounded(result.ratio()));
        return Document.of(members);
    }

    private static Double rounded(double value) {
        return Double.valueOf(String.format(Locale.ROOT, "%.2f", value));
    }

    private static String size(Size size) {
        return size.individuals() + " individual enrollments and " + size.groups() + " groups of each kind";
    }
}
