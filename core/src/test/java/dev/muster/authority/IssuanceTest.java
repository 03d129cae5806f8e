package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.Issuer.Pointers;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.TestAuthority;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuanceTest {
    private static final InstantSource CLOCK = InstantSource.fixed(TestAuthority.NOW);
    private static final Basis BASIS = new Basis(Basis.Kind.ENROLLMENT_GROUP, "plant-7");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final AuthorityRegistry registry =
            new AuthorityRegistry(store, store, store.vaults(), _ -> Issuer.Pointers.none(), CLOCK, RANDOM);
    private final Issuance issuance =
            new Issuance(store, store, store.vaults(), RevocationStatus.NONE, _ -> Pointers.none(), CLOCK, RANDOM);

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void certificate_isIssuedForTheKeyOfTheRequest_underTheWholeChain(KeyAlgorithm algorithm) {
        authorities(IssuingRules.defaults());
        KeyPair keys = algorithm.generate(RANDOM);

        Issued issued = issuance.sign(new Order("PLANT", "device-1", Csr.of("device-1", keys), BASIS));

        assertThat(issued.certificate().x509().getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(issued.certificate().commonName()).contains("device-1");
        assertThat(issued.certificate().notAfter()).isEqualTo(TestAuthority.NOW.plus(Duration.ofDays(30)));
        assertThat(issued.chain())
                .extracting(Certificate::subject)
                .containsExactly("CN=device-1", "CN=Plant CA", "CN=Root");
        ChainValidator validator = new ChainValidator();
        validator.validate(
                validator.build(issued.chain(), _ -> List.of()), issued.chain().getLast(), TestAuthority.NOW);
    }

    @Test
    void issuedCertificate_isFoundOnceItIsRecorded_withItsChain() {
        authorities(IssuingRules.defaults());
        Issued issued = issuance.sign(order("device-1"));
        assertThat(store.find(issued.certificate().thumbprint())).isEmpty();

        issuance.record(issued);

        IssuedCertificate found = store.find(issued.certificate().thumbprint()).orElseThrow();
        assertThat(found).isEqualTo(issued.record());
        assertThat(issuance.chain(found)).isEqualTo(issued.chain());
    }

    @Test
    void shorterValidity_isGranted_aLongerOneIsNot() {
        authorities(IssuingRules.defaults());
        Order order = order("device-1");

        assertThat(lasting(order, Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
        assertThat(lasting(order, Duration.ofDays(300))).isEqualTo(Duration.ofDays(30));
    }

    private Duration lasting(Order order, Duration asked) {
        return Duration.between(
                TestAuthority.NOW,
                issuance.sign(new Order(
                                order.authority(), order.subject(), order.request(), BASIS, Optional.of(asked), false))
                        .certificate()
                        .notAfter());
    }

    @ParameterizedTest
    @CsvSource({
        "device-2, INVALID_ARGUMENT, common name", // of another device
        "Device-1, INVALID_ARGUMENT, common name", // not as it is spelled
        "other, FORBIDDEN, does not issue" // outside of the rules
    })
    void wishForAnothersName_isRefused(String subject, Reason reason, String text) {
        authorities(new IssuingRules(
                Duration.ofDays(1),
                EnumSet.allOf(KeyAlgorithm.class),
                List.of(Purpose.CLIENT),
                Optional.of("[dD]evice-.*")));
        String asked = subject.equals("other") ? "other" : "device-1";

        assertRefused(new Order("plant", subject, Csr.of(asked, ec()), BASIS), reason, text);
    }

    @Test
    void keyOfAnotherKind_isRefused() {
        authorities(new IssuingRules(
                Duration.ofDays(1), Set.of(KeyAlgorithm.EC_P384), List.of(Purpose.CLIENT), Optional.empty()));

        assertRefused(order("device-1"), Reason.INVALID_ARGUMENT, "keys of this kind");
    }

    @Test
    void whatNeedsApproval_isRefusedUntilSomebodyHasAgreed() {
        IssuingRules rules = IssuingRules.defaults();
        authorities(new IssuingRules(rules.validity(), rules.keys(), rules.purposes(), rules.ids(), true));
        Order order = order("device-1");

        assertThat(issuance.needsApproval(order)).isTrue();
        assertRefused(order, Reason.FORBIDDEN, "without its owner's approval");
        assertThat(issuance.needsApproval(order.withAgreement())).isFalse();
        assertThat(issuance.sign(order.withAgreement()).certificate().commonName())
                .hasValue("device-1");
    }

    @Test
    void authorityThatWasRevoked_issuesNoMore_norDoesOneBelowIt() {
        authorities(IssuingRules.defaults());
        for (String revoked : List.of("root", "plant")) {
            Certificate certificate =
                    registry.find(revoked).current().orElseThrow().certificate().orElseThrow();
            Issuance wary = new Issuance(
                    store, store, store.vaults(), objectingTo(certificate), _ -> Pointers.none(), CLOCK, RANDOM);

            assertThatThrownBy(() -> wary.sign(order("device-1"))).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.reason()).isEqualTo(Reason.FORBIDDEN);
                assertThat(refusal.explanation().orElseThrow().subject()).contains(certificate.subject());
            });
        }
    }

    private static RevocationStatus objectingTo(Certificate revoked) {
        return new RevocationStatus() {
            @Override
            public Optional<Objection> objection(Certificate certificate, List<Certificate> issuers) {
                return Optional.of(new Objection("it was revoked", "issue another"))
                        .filter(_ -> certificate.equals(revoked));
            }

            @Override
            public boolean concernsAuthorities() {
                return true;
            }
        };
    }

    @Test
    void unknownAuthority_isNamed() {
        assertRefused(order("device-1"), Reason.AUTHORITY_NOT_FOUND, "'plant' does not exist");
    }

    @Test
    void authorityOfANameThatIsTaken_isRefused_andLeavesNoKey() {
        authorities(IssuingRules.defaults());
        List<String> keys = store.keyIds();

        assertThatThrownBy(() -> registry.create(draft("Plant", "Other", Optional.empty(), IssuingRules.defaults())))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("already exists");
        assertThatThrownBy(() -> registry.create(draft("line", "Line", Optional.of("nobody"), IssuingRules.defaults())))
                .isInstanceOf(Refusal.class);
        // What signs devices signs no authorities.
        assertThatThrownBy(() -> registry.create(draft("line", "Line", Optional.of("plant"), IssuingRules.defaults())))
                .isInstanceOf(Refusal.class);
        assertThat(store.keyIds()).containsExactlyInAnyOrderElementsOf(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../x", "a b", "-a"})
    void namesOutsideOfTheRules_areRefused(String name) {
        assertThatThrownBy(() -> registry.create(draft(name, "X", Optional.empty(), IssuingRules.defaults())))
                .isInstanceOf(Refusal.class);
        assertThat(store.keyIds()).isEmpty();
    }

    @Test
    void rulesThatMakeNoSense_areRefused() {
        for (IssuingRules rules : List.of(
                new IssuingRules(
                        Duration.ZERO, Set.of(KeyAlgorithm.EC_P256), List.of(Purpose.CLIENT), Optional.empty()),
                new IssuingRules(Duration.ofDays(1), Set.of(), List.of(Purpose.CLIENT), Optional.empty()),
                new IssuingRules(Duration.ofDays(1), Set.of(KeyAlgorithm.EC_P256), List.of(), Optional.empty()),
                new IssuingRules(
                        Duration.ofDays(1), Set.of(KeyAlgorithm.EC_P256), List.of(Purpose.CLIENT), Optional.of("(")))) {
            assertThatThrownBy(() -> registry.create(draft("root", "Root", Optional.empty(), rules)))
                    .isInstanceOf(Refusal.class);
        }
        assertThat(store.list()).isEmpty();
    }

    private void assertRefused(Order order, Reason reason, String text) {
        assertThatThrownBy(() -> issuance.sign(order)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.text()).contains(text);
        });
    }

    private void authorities(IssuingRules rules) {
        registry.create(draft("root", "Root", Optional.empty(), IssuingRules.defaults()));
        registry.create(draft("plant", "Plant CA", Optional.of("root"), rules));
    }

    private static Draft draft(String name, String commonName, Optional<String> issuer, IssuingRules rules) {
        return new Draft(
                name,
                issuer,
                new Subject(commonName, Optional.empty(), 0),
                new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                rules);
    }

    private static Order order(String id) {
        return new Order("plant", id, Csr.of(id, ec()), BASIS);
    }

    private static KeyPair ec() {
        return KeyAlgorithm.EC_P256.generate(RANDOM);
    }
}
