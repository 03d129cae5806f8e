package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.draft;
import static dev.muster.pki.TestAuthority.newKeys;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyConstraints;
import org.junit.jupiter.api.Test;

class ChainValidatorTest {
    private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(900));
    private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));
    private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));
    private static final Instant FAR_OFF = NOW.plus(Duration.ofDays(900));

    private final ChainValidator validator = new ChainValidator();
    private final TestAuthority root = TestAuthority.root("CN=Root");

    @Test
    void chain_ofRootIntermediateAndLeaf_isValid() {
        TestAuthority plant = root.intermediate("CN=Plant");

        assertValid(root, plant.leaf("CN=device"), plant.certificate());
    }

    @Test
    void chain_ofRsaAndEcMixed_isValid() {
        TestAuthority rsaRoot =
                TestAuthority.root(draft("CN=RSA root").authority().keys(newKeys("RSA", 2048)));
        TestAuthority ec = rsaRoot.intermediate(draft("CN=EC").authority().keys(newKeys("EC", 384)));

        assertValid(rsaRoot, ec.issue(draft("CN=device").keys(newKeys("RSA", 2048))), ec.certificate());
    }

    @Test
    void versionOneLeaf_isValid() {
        assertValid(root, root.issue(draft("CN=device").versionOne()));
    }

    @Test
    void leafWithCriticalClientPurpose_isValid() {
        assertValid(
                root,
                root.issue(draft("CN=device")
                        .extension(
                                Extension.extendedKeyUsage,
                                true,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))));
    }

    @Test
    void anchorWithoutExtensions_isValid() {
        TestAuthority bare = TestAuthority.root(draft("CN=Bare root"));
        TestAuthority versionOne = TestAuthority.root(draft("CN=Old root").versionOne());

        assertValid(bare, bare.leaf("CN=device"));
        assertValid(versionOne, versionOne.leaf("CN=device"));
    }

    @Test
    void intermediateAsAnchor_needsNoRoot() {
        TestAuthority plant = root.intermediate("CN=Plant");
        Certificate leaf = plant.leaf("CN=device");
        Path path = validator.build(List.of(leaf, plant.certificate()), _ -> List.of());

        assertThatCode(() -> validator.validate(path, plant.certificate(), NOW)).doesNotThrowAnyException();
    }

    @Test
    void anchorWithOtherKeyIdentifier_isValidWhenTheSignatureVerifies() {
        Certificate leaf = root.issue(draft("CN=device")
                .extension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(new byte[] {1, 2, 3})));

        assertValid(root, leaf);
    }

    @Test
    void leafThatIsAnAuthority_isRefused() {
        Certificate leaf = root.intermediate("CN=device").certificate();

        assertThat(refusal(root, leaf).subject()).isEqualTo("certificate 1 of 2, CN=device");
        assertThat(refusal(root, leaf).rule()).contains("is a certificate authority (basic constraints)");
    }

    @Test
    void expiredLeaf_isRefused() {
        Explanation explanation = refusal(root, root.issue(draft("CN=device").valid(LONG_AGO, YESTERDAY)));

        assertThat(explanation)
                .isEqualTo(new Explanation(
                        "certificate 1 of 2, CN=device",
                        "it expired on 2026-06-30T12:00:00Z",
                        "give the device a new certificate"));
    }

    @Test
    void leafThatIsNotYetValid_isRefused() {
        assertThat(refusal(root, root.issue(draft("CN=device").valid(TOMORROW, FAR_OFF)))
                        .rule())
                .isEqualTo("it is not valid before 2026-07-02T12:00:00Z");
    }

    @Test
    void expiredIntermediate_isRefused() {
        TestAuthority plant = root.intermediate(draft("CN=Plant").authority().valid(LONG_AGO, YESTERDAY));
        Explanation explanation = refusal(root, plant.leaf("CN=device"), plant.certificate());

        assertThat(explanation.subject()).isEqualTo("certificate 2 of 3, CN=Plant");
        assertThat(explanation.rule()).isEqualTo("it expired on 2026-06-30T12:00:00Z");
    }

    @Test
    void expiredAnchor_isRefused() {
        TestAuthority old = TestAuthority.root(draft("CN=Old").authority().valid(LONG_AGO, YESTERDAY));
        TestAuthority young = TestAuthority.root(draft("CN=Young").authority().valid(TOMORROW, FAR_OFF));

        assertThat(refusal(old, old.leaf("CN=device")).subject()).isEqualTo("certificate 2 of 2, CN=Old");
        assertThat(refusal(old, old.leaf("CN=device")).rule()).startsWith("it expired on");
        assertThat(refusal(young, young.leaf("CN=device")).rule()).startsWith("it is not valid before");
    }

    @Test
    void lastSecondOfValidity_counts() {
        Path path = path(root, root.issue(draft("CN=device").valid(YESTERDAY, NOW)));

        assertThatCode(() -> validator.validate(path, root.certificate(), NOW)).doesNotThrowAnyException();
        assertThat(refusal(path, root.certificate(), NOW.plusSeconds(1)).rule()).startsWith("it expired on");
    }

    @Test
    void pathThatWasNotBuilt_isRefusedByItsSignature() {
        Certificate forged = TestAuthority.root("CN=Root").leaf("CN=device");
        Path path = new Path(List.of(forged, root.certificate()), "");

        assertThat(refusal(path, root.certificate(), NOW).rule())
                .startsWith("its signature does not verify with the key of CN=Root");
    }

    @Test
    void issuerThatIsNoAuthority_isRefused() {
        TestAuthority device = root.intermediate(draft("CN=other device"));
        Explanation explanation = refusal(root, device.leaf("CN=device"), device.certificate());

        assertThat(explanation.subject()).isEqualTo("certificate 2 of 3, CN=other device");
        assertThat(explanation.rule()).contains("is no certificate authority (basic constraints)");
    }

    @Test
    void anchorThatIsNoAuthority_isRefused() {
        TestAuthority device = TestAuthority.root(
                draft("CN=device").extension(Extension.basicConstraints, true, new BasicConstraints(false)));

        assertThat(refusal(device, device.leaf("CN=other")).rule()).contains("is no certificate authority");
    }

    @Test
    void issuerWhoseKeyMayNotSign_isRefused() {
        KeyUsage usage = new KeyUsage(KeyUsage.digitalSignature);
        TestAuthority plant =
                root.intermediate(draft("CN=Plant").authority().extension(Extension.keyUsage, true, usage));
        TestAuthority anchor =
                TestAuthority.root(draft("CN=Root 2").authority().extension(Extension.keyUsage, true, usage));

        assertThat(refusal(root, plant.leaf("CN=device"), plant.certificate()).rule())
                .contains("key usage");
        assertThat(refusal(anchor, anchor.leaf("CN=device")).rule()).contains("key usage");
    }

    @Test
    void pathLength_countsAuthoritiesBelow() {
        TestAuthority plant = root.intermediate(draft("CN=Plant").authority(0));
        TestAuthority line = plant.intermediate("CN=Line");

        assertValid(root, plant.leaf("CN=device"), plant.certificate());
        Explanation explanation = refusal(root, line.leaf("CN=device"), line.certificate(), plant.certificate());
        assertThat(explanation.subject()).isEqualTo("certificate 2 of 4, CN=Line");
        assertThat(explanation.rule()).contains("path length");
    }

    @Test
    void pathLengthOfTheAnchor_counts() {
        TestAuthority short0 = TestAuthority.root(draft("CN=Short").authority(0));
        TestAuthority plant = short0.intermediate("CN=Plant");

        assertValid(short0, short0.leaf("CN=device"));
        Explanation explanation = refusal(short0, plant.leaf("CN=device"), plant.certificate());
        assertThat(explanation.subject()).isEqualTo("certificate 2 of 3, CN=Plant");
        assertThat(explanation.rule()).contains("path length");
    }

    @Test
    void nameConstraintsOfAnIntermediate_count() {
        TestAuthority plant = root.intermediate(limited("CN=Plant", "O=Plant 7"));

        assertValid(root, plant.leaf("O=Plant 7,CN=device"), plant.certificate());
        Explanation explanation = refusal(root, plant.leaf("O=Plant 8,CN=device"), plant.certificate());
        assertThat(explanation.subject()).startsWith("certificate 1 of 3");
        assertThat(explanation.rule()).contains("name constraints");
    }

    @Test
    void nameConstraintsOfTheAnchor_count() {
        TestAuthority anchor = TestAuthority.root(limited("CN=Root 7", "O=Plant 7"));

        assertValid(anchor, anchor.leaf("O=Plant 7,CN=device"));
        assertThat(refusal(anchor, anchor.leaf("O=Plant 8,CN=device")).rule()).contains("name constraints");
    }

    @Test
    void nameConstraintsOfTheAnchor_coverAlternativeNames() {
        GeneralSubtree excluded = new GeneralSubtree(new GeneralName(GeneralName.dNSName, "forbidden.example"));
        TestAuthority anchor = TestAuthority.root(draft("CN=Root")
                .authority()
                .extension(
                        Extension.nameConstraints, true, new NameConstraints(null, new GeneralSubtree[] {excluded})));

        assertValid(anchor, anchor.issue(withDnsName("device.allowed.example")));
        assertThat(refusal(anchor, anchor.issue(withDnsName("device.forbidden.example")))
                        .rule())
                .contains("name constraints");
    }

    @Test
    void unreadableAlternativeNameBelowALimitedAnchor_isRefused() {
        TestAuthority anchor = TestAuthority.root(limited("CN=Root 7", "O=Plant 7"));
        Certificate leaf = anchor.issue(
                draft("O=Plant 7,CN=device").extension(Extension.subjectAlternativeName, false, DERNull.INSTANCE));

        assertThat(refusal(anchor, leaf).rule()).contains("name constraints");
    }

    @Test
    void unreadableNameConstraintsOfTheAnchor_areRefused() {
        TestAuthority anchor = TestAuthority.root(
                draft("CN=Root").authority().extension(Extension.nameConstraints, false, DERNull.INSTANCE));

        assertThat(refusal(anchor, anchor.leaf("CN=device")).rule()).isEqualTo("its name constraints cannot be read");
    }

    @Test
    void unknownCriticalExtension_isRefused() {
        Certificate leaf = root.issue(
                draft("CN=device").extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE));

        assertThat(refusal(root, leaf).rule())
                .isEqualTo("it has the critical extension 1.3.6.1.4.1.99999.1, which is not understood here");
    }

    @Test
    void requiredPolicy_isEnforced() {
        TestAuthority plant = root.intermediate(draft("CN=Plant")
                .authority()
                .extension(Extension.policyConstraints, true, new PolicyConstraints(BigInteger.ZERO, null)));

        assertThat(refusal(root, plant.leaf("CN=device"), plant.certificate()).rule())
                .contains("policy");
    }

    @Test
    void weakKeyOrSignature_isRefused() {
        TestAuthority weak = root.intermediate(draft("CN=Weak").authority().keys(newKeys("RSA", 512)));
        TestAuthority rsa = TestAuthority.root(draft("CN=RSA").authority().keys(newKeys("RSA", 2048)));

        assertThat(refusal(root, weak.leaf("CN=device"), weak.certificate()).rule())
                .contains("RSA 512 bits")
                .contains("too weak");
        assertThat(refusal(rsa, rsa.issue(draft("CN=device").signature("MD5withRSA")))
                        .rule())
                .contains("MD5withRSA")
                .contains("too weak");
    }

    @Test
    void rsaOf1024Bits_isStillAccepted() {
        assertValid(root, root.issue(draft("CN=device").keys(newKeys("RSA", 1024))));
    }

    @Test
    void leafByItself_isJudgedByDatesAndKind() {
        Certificate good = TestAuthority.root(draft("CN=device")).certificate();
        Certificate old = TestAuthority.root(draft("CN=device").valid(LONG_AGO, YESTERDAY))
                .certificate();

        assertThatCode(() -> validator.validateLeaf(good, NOW)).doesNotThrowAnyException();
        assertThat(explanation(() -> validator.validateLeaf(old, NOW)).rule()).startsWith("it expired on");
        assertThat(explanation(() -> validator.validateLeaf(root.certificate(), NOW))
                        .rule())
                .contains("is a certificate authority");
    }

    private static TestAuthority.Draft limited(String subject, String permitted) {
        GeneralSubtree subtree = new GeneralSubtree(new GeneralName(new X500Name(permitted)));
        return draft(subject)
                .authority()
                .extension(Extension.nameConstraints, true, new NameConstraints(new GeneralSubtree[] {subtree}, null));
    }

    private static TestAuthority.Draft withDnsName(String name) {
        return draft("CN=device")
                .extension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    }

    private Path path(TestAuthority anchor, Certificate... presented) {
        Path path = validator.build(List.of(presented), _ -> List.of(anchor.certificate()));
        assertThat(path.certificates()).as(path.end()).contains(anchor.certificate());
        return path;
    }

    private void assertValid(TestAuthority anchor, Certificate... presented) {
        Path path = path(anchor, presented);
        assertThatCode(() -> validator.validate(path, anchor.certificate(), NOW))
                .doesNotThrowAnyException();
    }

    private Explanation refusal(TestAuthority anchor, Certificate... presented) {
        return refusal(path(anchor, presented), anchor.certificate(), NOW);
    }

    private Explanation refusal(Path path, Certificate anchor, Instant now) {
        return explanation(() -> validator.validate(path, anchor, now));
    }

    private static Explanation explanation(ThrowingCallable judgement) {
        Refusal refusal = catchThrowableOfType(Refusal.class, judgement);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CERTIFICATE_REFUSED);
        assertThat(refusal.text()).isEqualTo("Invalid certificate.");
        return refusal.explanation().orElseThrow();
    }
}
