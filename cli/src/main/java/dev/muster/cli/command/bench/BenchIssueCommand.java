package dev.muster.cli.command.bench;

import dev.muster.cli.bench.IssueBenchmark;
import dev.muster.cli.bench.IssueBenchmark.Result;
import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.Table;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.server.tls.FastCrypto;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster bench issue}: what a certificate costs beside the signature in it. */
@Command(
        name = "issue",
        description =
                "Measure what it costs to issue a certificate beside a bare signature, in this process and without"
                        + " writing it to the database.")
final class BenchIssueCommand implements Callable<Integer> {
    @Mixin
    private Listing listing = new Listing();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        FastCrypto.install();
        PrintWriter err = spec.commandLine().getErr();
        IssueBenchmark benchmark = new IssueBenchmark(line -> {
            err.println(line + " ...");
            err.flush();
        });
        List<Result> results = Stream.of(KeyAlgorithm.EC_P256, KeyAlgorithm.EC_P384, KeyAlgorithm.RSA_2048)
                .map(benchmark::measure)
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        if (!listing.isJson()) {
            out.println("Signatures by " + results.getFirst().provider()
                    + "; in each second of CPU, and in microseconds" + " of CPU for each.");
            out.println("Issuing: prepare, check, sign, read again and compare. Before it, and not in the ratio: the"
                    + " device's request is read and its signature verified.");
        }
        listing.print(
                out,
                results.stream().map(BenchIssueCommand::document).toList(),
                "Nothing was measured.",
                new Table("KEYS", "SIGNATURES/S", "CERTIFICATES/S", "SIGNATURE", "ISSUING", "RATIO", "REQUEST"),
                result -> new String[] {
                    result.text("keys"),
                    result.text("signaturesPerSecond"),
                    result.text("certificatesPerSecond"),
                    result.text("signatureMicros"),
                    result.text("issuingMicros"),
                    result.text("ratio"),
                    result.text("requestMicros")
                });
        return 0;
    }

    private static Document document(Result result) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("keys", result.keys().toString());
        members.put("provider", result.provider());
        members.put("signaturesPerSecond", Math.round(result.signaturesPerSecond()));
        members.put("certificatesPerSecond", Math.round(result.certificatesPerSecond()));
        members.put("signatureMicros", rounded(result.signature(), 1));
        members.put("issuingMicros", rounded(result.issuing(), 1));
        members.put("ratio", rounded(result.ratio(), 2));
        members.put("requestMicros", rounded(result.request(), 1));
        return Document.of(members);
    }

    private static Double rounded(double value, int decimals) {
        return Double.valueOf(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }
}
