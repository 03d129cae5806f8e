package dev.muster.pki;

import static dev.muster.pki.TestAuthority.NOW;
import static dev.muster.pki.TestAuthority.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.base.Refusal;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathBuildingTest {
    private final ChainValidator validator = new ChainValidator();
    private final TestAuthority root = TestAuthority.root("CN=Root");
    private final TestAuthority plant = root.intermediate("CN=Plant");
    private final TestAuthority line = plant.intermediate("CN=Line");
    private final Certificate leaf = line.leaf("CN=device");

    @Test
    void presentedCertificates_mayComeInAnyOrder() {
        Path path = build(leaf, root.certificate(), line.certificate(), plant.certificate());

        assertThat(path.certificates())
                .containsExactly(leaf, line.certificate(), plant.certificate(), root.certificate());
        assertThat(path.end()).isEqualTo("it is self-signed");
    }

    @Test
    void knownCertificates_fillGaps() {
        Path path = validator.build(List.of(leaf, line.certificate()), known(plant, root));

        assertThat(path.certificates())
                .containsExactly(leaf, line.certificate(), plant.certificate(), root.certificate());
    }

    @Test
    void missingMiddle_endsThePath() {
        Path path = build(leaf, line.certificate(), root.certificate());

        assertThat(path.certificates()).containsExactly(leaf, line.certificate());
        assertThat(path.end()).isEqualTo("no certificate named CN=Plant was presented or is known");
    }

    @Test
    void namesakeThatDidNotSign_endsThePath() {
        TestAuthority impostor = TestAuthority.root("CN=Line");
        Path path = build(leaf, impostor.certificate());

        assertThat(path.certificates()).containsExactly(leaf);
        assertThat(path.end())
                .startsWith("its signature does not verify with CN=Line (SHA-256 "
                        + impostor.certificate().thumbprint());
    }

    @Test
    void namesakeThatDidNotSign_isPassedOver() {
        TestAuthority impostor = TestAuthority.root("CN=Line");

        assertThat(build(leaf, impostor.certificate(), line.certificate()).certificates())
                .containsExactly(leaf, line.certificate());
    }

    @Test
    void selfIssuedCertificateOfAnotherKey_isNotCalledSelfSigned() {
        Certificate lonely = root.leaf("CN=Root");

        assertThat(build(lonely).end()).contains("does not verify with its own key");
    }

    @Test
    void selfSignedLeaf_isItsOwnPath() {
        Certificate alone = TestAuthority.root(draft("CN=device")).certificate();
        Path path = build(alone);

        assertThat(path.certificates()).containsExactly(alone);
        assertThat(path.end()).isEqualTo("it is self-signed");
    }

    @Test
    void crossSignedRoot_leadsOnToTheOther() {
        TestAuthority other = TestAuthority.root("CN=Other root");
        Certificate crossSigned = other.issue(draft("CN=Root").authority().keys(root.keys()));
        Certificate device = root.leaf("CN=device");
        Path path = build(device, crossSigned, root.certificate(), other.certificate());

        assertThat(path.certificates()).containsExactly(device, root.certificate(), crossSigned, other.certificate());
    }

    @Test
    void rootsThatSignedEachOther_doNotLoop() {
        TestAuthority other = TestAuthority.root("CN=Other root");
        Certificate oneByOther = other.issue(draft("CN=Root").authority().keys(root.keys()));
        Certificate otherByOne = root.issue(draft("CN=Other root").authority().keys(other.keys()));
        Certificate device = root.leaf("CN=device");

        assertThat(build(device, oneByOther, otherByOne).certificates())
                .containsExactly(device, oneByOther, otherByOne);
    }

    @Test
    void renewedAuthorityOfTheSameKey_isTakenInItsNewestForm() {
        KeyPair keys = plant.keys();
        Certificate renewed = root.issue(draft("CN=Plant")
                .authority()
                .keys(keys)
                .valid(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(9))));
        Certificate device = plant.leaf("CN=device");

        assertThat(build(device, plant.certificate(), renewed).issuers()).startsWith(renewed);
        assertThat(build(device, renewed, plant.certificate()).issuers()).startsWith(renewed);
    }

    @Test
    void knownForm_isPreferredToThePresentedOne() {
        Certificate renewed = root.issue(draft("CN=Plant")
                .authority()
                .keys(plant.keys())
                .valid(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(9))));
        Certificate device = plant.leaf("CN=device");

        assertThat(validator.build(List.of(device, renewed), known(plant)).issuers())
                .startsWith(plant.certificate());
    }

    @Test
    void moreThanTenPresented_areRefused() {
        List<Certificate> many = new ArrayList<>(Collections.nCopies(11, leaf));

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> validator.build(many, _ -> List.of()));
        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.CERTIFICATE_REFUSED);
        assertThat(refusal.explanation().orElseThrow().rule())
                .contains("11 certificates")
                .contains("10");
    }

    @Test
    void endlessWebOfKnownAuthorities_isFollowedToALimit() {
        List<Certificate> web = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            web.add(root.issue(draft("CN=Root")
                    .authority()
                    .keys(root.keys())
                    .valid(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(i + 1)))));
        }
        Path path = validator.build(List.of(root.leaf("CN=device")), _ -> web);

        assertThat(path.certificates()).hasSize(16);
        assertThat(path.end()).contains("16 certificates");
    }

    private Path build(Certificate... presented) {
        return validator.build(List.of(presented), _ -> List.of());
    }

    private static KnownAuthorities known(TestAuthority... authorities) {
        return subject -> List.of(authorities).stream()
                .map(TestAuthority::certificate)
                .filter(certificate ->
                        certificate.x509().getSubjectX500Principal().equals(subject))
                .toList();
    }
}
