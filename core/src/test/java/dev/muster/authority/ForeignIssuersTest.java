package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.base.Refusal;
import dev.muster.hub.Immediate;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KeyBundle;
import dev.muster.pki.TestAuthority;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForeignIssuersTest {
    private static final InstantSource CLOCK = InstantSource.fixed(TestAuthority.NOW);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final KeyVaults vaults = store.vaults();
    private final List<String> followed = new ArrayList<>();
    private final ForeignIssuers foreign = new ForeignIssuers(
            store,
            vaults,
            _ -> List.of(),
            (before, after) -> followed.add(before.subject() + " -> " + after.subject()),
            new Immediate(),
            CLOCK,
            RANDOM);
    private final KeyPair rootKeys = KeyAlgorithm.EC_P384.generate(RANDOM);
    private final Certificate root = Issuer.selfSigned("Offline Root", rootKeys, CLOCK, RANDOM)
            .issue(Issuer.Request.of(CertificateProfile.root(), "Offline Root", rootKeys.getPublic()));

    @Test
    void authority_issuesOnceItsCertificateIsInstalled() {
        Csr request = foreign.request(draft());
        assertThat(foreign.request(draft()).key()).isEqualTo(request.key());
        assertThat(store.find("plant").orElseThrow().current()).isEmpty();

        Authority installed =
                foreign.install("plant", List.of(root, signed(request, CertificateProfile.intermediate(0))));

        assertThat(installed.current().orElseThrow().chain())
                .extracting(Certificate::subject)
                .containsExactly("CN=plant", "CN=Offline Root");
        assertThat(followed).isEmpty();
        assertRefused(() -> foreign.install("plant", List.of(root)), "it waits for no certificate");
    }

    @Test
    void nextGeneration_isFollowedWhereTheOneBeforeWas() {
        install();
        Csr request = foreign.request(draft());

        foreign.install("plant", List.of(signed(request, CertificateProfile.intermediate(0)), root));

        assertThat(request.commonName()).contains("plant G2");
        assertThat(followed).containsExactly("CN=plant -> CN=plant G2");
        assertThat(store.find("plant").orElseThrow().generations()).hasSize(2);
    }

    @Test
    void mistakes_areExplained() {
        Csr request = foreign.request(draft());
        Certificate good = signed(request, CertificateProfile.intermediate(0));
        KeyPair strange = KeyAlgorithm.EC_P256.generate(RANDOM);

        assertRefused(() -> foreign.install("plant", List.of(good)), "the chain ends there, at no root");
        assertRefused(() -> foreign.install("plant", List.of(root)), "none has the key of the request");
        assertRefused(
                () -> foreign.install(
                        "plant", List.of(signed("plant", strange, CertificateProfile.intermediate(0)), root)),
                "none has the key of the request");
        assertRefused(
                () -> foreign.install("plant", List.of(signed(request, CertificateProfile.device()), root)),
                "basic constraints do not say CA:true");
        assertRefused(
                () -> foreign.install(
                        "plant",
                        List.of(
                                signed(
                                        "Other",
                                        new KeyPair(request.key(), strange.getPrivate()),
                                        CertificateProfile.intermediate(0)),
                                root)),
                "its common name is not 'plant'");
        assertThat(store.find("plant").orElseThrow().current()).isEmpty();
    }

    @Test
    void authorityMadeElsewhere_isTakenInWithItsKey() {
        KeyPair keys = KeyAlgorithm.RSA_2048.generate(RANDOM);
        Certificate own = signed("Bought CA", keys, CertificateProfile.intermediate(0));

        Authority adopted = foreign.adopt(
                "bought",
                new KeyBundle(keys.getPrivate(), List.of(root, own)),
                KeyVaults.FILES,
                IssuingRules.defaults());

        assertThat(adopted.current().orElseThrow().chain()).containsExactly(own, root);
        assertRefused(
                () -> foreign.adopt(
                        "strange",
                        new KeyBundle(KeyAlgorithm.EC_P256.generate(RANDOM).getPrivate(), List.of(root, own)),
                        KeyVaults.FILES,
                        IssuingRules.defaults()),
                "it belongs to none of the 2 certificates");
        assertThat(store.keyIds()).hasSize(1);
    }

    private void install() {
        Csr request = foreign.request(draft());
        foreign.install("plant", List.of(signed(request, CertificateProfile.intermediate(0)), root));
    }

    private static Draft draft() {
        return new Draft(
                "plant",
                Optional.empty(),
                new Subject("plant", Optional.empty(), 0),
                new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                IssuingRules.defaults());
    }

    private Certificate signed(Csr request, CertificateProfile profile) {
        return Issuer.of(root, rootKeys.getPrivate(), CLOCK, RANDOM)
                .issue(new Issuer.Request(
                        profile,
                        request.commonName().orElseThrow(),
                        request.key(),
                        List.of(),
                        Optional.of(Duration.ofDays(10))));
    }

    private Certificate signed(String name, KeyPair keys, CertificateProfile profile) {
        return Issuer.of(root, rootKeys.getPrivate(), CLOCK, RANDOM)
                .issue(Issuer.Request.of(profile, name, keys.getPublic()));
    }

    private static void assertRefused(Runnable work, String rule) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().rule())
                                .contains(rule));
    }
}
