package dev.muster.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
 * Path validation, judged by the Public Key Interoperability Test Suite of NIST. The name of an end-entity certificate
 * says what is to come of it.
 *
 * @see <a href="https://csrc.nist.gov/projects/pki-testing">NIST: PKI testing</a>
 */
class PkitsTest {
    /** Where the suite lies: it has the directory {@code certs}, DER. */
    private static final String PROPERTY = "pkits.directory";

    /** Within the validity of the suite. */
    private static final Instant NOW = Instant.parse("2010-06-01T00:00:00Z");

    private static final String REVOCATION = "revocation lists are not looked at";
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
        for (String name : """
            InvalidBadCRLIssuerNameTest5EE InvalidBadCRLSignatureTest4EE
            InvalidBasicSelfIssuedCRLSigningKeyTest7EE InvalidBasicSelfIssuedNewWithOldTest5EE
            InvalidBasicSelfIssuedOldWithNewTest2EE InvalidIDPwithindirectCRLTest23EE
            InvalidIDPwithindirectCRLTest26EE InvalidLongSerialNumberTest18EE InvalidMissingCRLTest1EE
            InvalidNegativeSerialNumberTest15EE InvalidOldCRLnextUpdateTest11EE InvalidRevokedCATest2EE
            InvalidRevokedEETest3EE InvalidSeparateCertificateandCRLKeysTest20EE
            InvalidSeparateCertificateandCRLKeysTest21EE InvalidUnknownCRLEntryExtensionTest8EE
            InvalidUnknownCRLExtensionTest10EE InvalidUnknownCRLExtensionTest9EE InvalidWrongCRLTest6EE
            InvalidcRLIssuerTest27EE InvalidcRLIssuerTest31EE InvalidcRLIssuerTest32EE InvalidcRLIssuerTest34EE
            InvalidcRLIssuerTest35EE InvaliddeltaCRLIndicatorNoBaseTest1EE InvaliddeltaCRLTest10EE
            InvaliddeltaCRLTest3EE InvaliddeltaCRLTest4EE InvaliddeltaCRLTest6EE InvaliddeltaCRLTest9EE
            InvaliddistributionPointTest2EE InvaliddistributionPointTest3EE InvaliddistributionPointTest6EE
            InvaliddistributionPointTest8EE InvaliddistributionPointTest9EE
            InvalidkeyUsageCriticalcRLSignFalseTest4EE InvalidkeyUsageNotCriticalcRLSignFalseTest5EE
            InvalidonlyContainsAttributeCertsTest14EE InvalidonlyContainsCACertsTest12EE
            InvalidonlySomeReasonsTest15EE InvalidonlySomeReasonsTest16EE InvalidonlySomeReasonsTest17EE
            InvalidonlySomeReasonsTest20EE InvalidonlySomeReasonsTest21EE Invalidpre2000CRLnextUpdateTest12EE
            """.strip().split("\\s+")) {
            differences.put(name, REVOCATION);
        }
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
        return leaves.stream().map(name -> DynamicTest.dynamicTest(name, () -> judge(name, certificates)));
    }

    private static void judge(String name, Map<String, Certificate> certificates) {
        boolean expected = !name.startsWith("Invalid") && !REFUSED_FOR_POLICIES.contains(name);
        Optional<String> refused = refusal(name, certificates);
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
    private static Optional<String> refusal(String name, Map<String, Certificate> certificates) {
        Certificate leaf = Objects.requireNonNull(certificates.get(name));
        Certificate root = Objects.requireNonNull(certificates.get("TrustAnchorRootCertificate"));
        List<Certificate> authorities = certificates.entrySet().stream()
                .filter(entry -> !isLeaf(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        ChainValidator validator = new ChainValidator();
        try {
            dev.muster.pki.Path path = validator.build(
                    List.of(leaf),
                    subject -> authorities.stream()
                            .filter(authority ->
                                    authority.x509().getSubjectX500Principal().equals(subject))
                            .toList());
            if (!path.issuers().contains(root)) {
                return Optional.of("no path to the anchor: " + path.end());
            }
            validator.validate(path, root, NOW);
            return Optional.empty();
        } catch (Refusal refusal) {
            return refusal.explanation().map(Explanation::toString).or(() -> Optional.of(refusal.text()));
        }
    }

    private static boolean isLeaf(String name) {
        return name.endsWith("EE");
    }
}
