package dev.muster.pki.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Path validation and CRLs, judged by the Public Key Interoperability Test Suite of NIST. The name of an end-entity
 * certificate says what is to come of it.
 *
 * @see <a href="https://csrc.nist.gov/projects/pki-testing">NIST: PKI testing</a>
 */
class PkitsTest {
    /** Where the suite lies: it has the directories {@code certs} and {@code crls}, DER. */
    private static final String PROPERTY = "pkits.directory";

    /** Within the validity of the suite. */
    private static final Instant NOW = Instant.parse("2010-06-01T00:00:00Z");

    private static final String LEAF = "a device's certificate must be no authority, which this leaf is";
    private static final String DSA = "the JDK's certificates inherit no DSA parameters; TLS knows no DSA";

    /** Cases whose outcome is another than the suite's, and why. */
    private static final Map<String, String> DIFFERENCES = differences();

    /** Without a verdict in their names, and refused where no policy is asked for (PKITS section 4.8). */
    private static final Set<String> REFUSED_FOR_POLICIES = Set.of(
            "DifferentPoliciesTest4EE",
            "DifferentPoliciesTest5EE",
            "DifferentPoliciesTest7EE",
            "DifferentPoliciesTest8EE",
            "DifferentPoliciesTest9EE",
            "DifferentPoliciesTest12EE");

    private static Map<String, String> differences() {
        Map<String, String> differences = new HashMap<>();
        for (String name : List.of(
                "ValidonlyContainsCACertsTest13EE",
                "ValidpathLenConstraintTest8EE",
                "ValidpathLenConstraintTest14EE",
                "OverlappingPoliciesTest6EE")) {
            differences.put(name, LEAF);
        }
        differences.put("ValidDSAParameterInheritanceTest5EE", DSA);
        return differences;
    }

    @TestFactory
    Stream<DynamicTest> verdicts_areThoseOfTheSuite() throws IOException {
        @Nullable String directory = System.getProperty(PROPERTY);
        if (directory == null || !Files.isDirectory(Path.of(directory, "certs"))) {
            String notRun = "The NIST test suite PKITS was NOT run: -D" + PROPERTY + "=" + directory
                    + " does not say where its directory 'certs' is.";
            System.err.println(notRun);
            return abort(notRun);
        }
        Path suite = Path.of(directory, "certs");
        List<ForeignCrl> lists = lists(Path.of(directory, "crls"));
        Map<String, Certificate> certificates = new TreeMap<>();
        try (Stream<Path> files = Files.list(suite)) {
            for (Path file : files.toList()) {
                certificates.put(
                        file.getFileName().toString().replace(".crt", ""), Certificate.parse(Files.readAllBytes(file)));
            }
        }
        List<String> leaves =
                certificates.keySet().stream().filter(PkitsTest::isLeaf).toList();
        assertThat(leaves).hasSizeGreaterThan(200).containsAll(DIFFERENCES.keySet());
        return leaves.stream().map(name -> DynamicTest.dynamicTest(name, () -> judge(name, certificates, lists)));
    }

    private static List<ForeignCrl> lists(Path directory) throws IOException {
        List<ForeignCrl> lists = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                lists.add(ForeignCrl.parse(Files.readAllBytes(file)).orElseThrow());
            }
        }
        return lists;
    }

    private static void judge(String name, Map<String, Certificate> certificates, List<ForeignCrl> lists) {
        boolean expected = !name.startsWith("Invalid") && !REFUSED_FOR_POLICIES.contains(name);
        Optional<String> refused = refusal(name, certificates, lists);
        if (DIFFERENCES.containsKey(name)) {
            assertThat(refused.isEmpty())
                    .as("%s is listed as a difference (%s)", name, DIFFERENCES.get(name))
                    .isNotEqualTo(expected);
        } else {
            assertThat(refused.isEmpty())
                    .as("%s: %s", name, refused.orElse("validates"))
                    .isEqualTo(expected);
        }
    }

    /** Why it is refused; empty when it validates. */
    private static Optional<String> refusal(
            String name, Map<String, Certificate> certificates, List<ForeignCrl> lists) {
        Certificate leaf = Objects.requireNonNull(certificates.get(name));
        Certificate root = Objects.requireNonNull(certificates.get("TrustAnchorRootCertificate"));
        List<Certificate> authorities = certificates.entrySet().stream()
                .filter(entry -> !isLeaf(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        KnownAuthorities known = subject -> authorities.stream()
                .filter(authority -> authority.x509().getSubjectX500Principal().equals(subject))
                .toList();
        ChainValidator validator = new ChainValidator();
        try {
            dev.muster.pki.Path path = validator.build(List.of(leaf), known);
            if (!path.issuers().contains(root)) {
                return Optional.of("no path to the anchor: " + path.end());
            }
            validator.validate(path, root, NOW);
            return revoked(path.certificates().subList(0, path.certificates().indexOf(root) + 1), lists, known);
        } catch (Refusal refusal) {
            return refusal.explanation().map(Explanation::toString).or(() -> Optional.of(refusal.text()));
        }
    }

    /** @param path from the leaf up to the anchor */
    private static Optional<String> revoked(List<Certificate> path, List<ForeignCrl> lists, KnownAuthorities known) {
        for (int at = 0; at < path.size() - 1; at++) {
            Verdict verdict = new CrlJudge(lists, known, NOW).judge(path.get(at), path.subList(at + 1, path.size()));
            if (!(verdict instanceof Verdict.Good)) {
                return Optional.of(path.get(at) + ": " + verdict);
            }
        }
        return Optional.empty();
    }

    private static boolean isLeaf(String name) {
        return name.endsWith("EE");
    }
}
