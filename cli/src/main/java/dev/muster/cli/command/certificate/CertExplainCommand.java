package dev.muster.cli.command.certificate;

import dev.muster.base.Explanation;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainReview;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.ForeignRevocations;
import dev.muster.server.wire.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster cert explain}: exit code 1 when a registration would be refused. */
@Command(
        name = "explain",
        description = "Say what certificates are, who signed whom, and what a registration would refuse."
                + " Give a device's chain in one file or several, leaf first.")
final class CertExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files with certificates in PEM or DER.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        List<Certificate> certificates = new ArrayList<>();
        for (Path file : files) {
            certificates.addAll(Pem.certificates(Files.readAllBytes(file)));
        }
        ChainReview review = ChainReview.of(certificates, Instant.now());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new String(Json.print(facts(review)), StandardCharsets.UTF_8));
        } else {
            print(review, out);
        }
        out.flush();
        return review.refusal().isEmpty() ? 0 : 1;
    }

    private static void print(ChainReview review, PrintWriter out) {
        for (ChainReview.Entry entry : review.entries()) {
            Certificate certificate = entry.certificate();
            out.println("Certificate " + entry.position() + ": " + certificate.subject());
            out.println("  is         " + kind(entry));
            out.println("  signed by  " + entry.issuedBy());
            out.println("  key        " + entry.key());
            out.println("  valid      " + certificate.notBefore() + " to " + certificate.notAfter() + ", "
                    + (entry.daysLeft() >= 0 ? entry.daysLeft() + " days left" : "expired"));
            ForeignRevocations.sources(certificate).forEach(url -> out.println("  revoked?   " + url));
            out.println("  SHA-256    " + certificate.thumbprint());
            out.println("  SHA-1      " + Thumbprint.sha1(certificate.der()));
        }
        review.remarks().forEach(out::println);
        if (review.refusal().isPresent()) {
            Explanation refusal = review.refusal().get();
            out.println("A registration is refused. " + refusal.subject() + ": " + refusal.rule() + ".");
            out.println("To do: " + refusal.remedy() + ".");
        } else {
            out.println("No rule is broken. Whether a device is let in depends on its enrollment.");
        }
    }

    private static String kind(ChainReview.Entry entry) {
        return switch (entry.role()) {
            case ROOT -> "a root";
            case INTERMEDIATE -> "an intermediate authority";
            case LEAF -> "an end entity, such as a device";
        };
    }

    private static Map<String, Object> facts(ChainReview review) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(
                "certificates",
                review.entries().stream().map(CertExplainCommand::facts).toList());
        facts.put("remarks", review.remarks());
        review.refusal()
                .ifPresent(refusal -> facts.put(
                        "refusal",
                        Map.of(
                                "subject", refusal.subject(),
                                "rule", refusal.rule(),
                                "remedy", refusal.remedy())));
        return facts;
    }

    private static Map<String, Object> facts(ChainReview.Entry entry) {
        Certificate certificate = entry.certificate();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("subject", certificate.subject());
        facts.put("role", entry.role().name().toLowerCase(Locale.ROOT));
        facts.put("issuedBy", entry.issuedBy());
        facts.put("key", entry.key());
        facts.put("notBefore", certificate.notBefore().toString());
        facts.put("notAfter", certificate.notAfter().toString());
        facts.put("daysLeft", entry.daysLeft());
        facts.put("revocationSources", ForeignRevocations.sources(certificate));
        facts.put("sha256", certificate.thumbprint().hex());
        facts.put("sha1", Thumbprint.sha1(certificate.der()));
        return facts;
    }
}
