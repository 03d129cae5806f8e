package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.Rotation.Wish;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Transactions;
import dev.muster.hub.Immediate;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.Issuer.Pointers;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.TestAuthority;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RotationTest {
    private static final InstantSource CLOCK = InstantSource.fixed(TestAuthority.NOW);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final KeyVaults vaults = store.vaults();
    private final List<String> followed = new ArrayList<>();
    private final AuthorityRegistry registry =
            new AuthorityRegistry(store, store, vaults, _ -> Issuer.Pointers.none(), CLOCK, RANDOM);
    private final Rotation rotation = new Rotation(
            store,
            registry,
            vaults,
            (before, after) -> followed.add(before.subject() + " -> " + after.subject()),
            new Immediate(),
            CLOCK,
            RANDOM);
    private final Issuance issuance =
            new Issuance(store, store, vaults, RevocationStatus.NONE, _ -> Pointers.none(), CLOCK, RANDOM);

    @Test
    void nextGeneration_issuesUnderTheSameRoot_andTheOldLeavesStayGood() {
        create("root", Optional.empty());
        create("plant", Optional.of("root"));
        List<Certificate> old = issue("device-1");

        Authority rotated = rotation.rotate("plant", Wish.same());

        List<Certificate> fresh = issue("device-1");
        assertThat(fresh).extracting(Certificate::subject).containsExactly("CN=device-1", "CN=plant G2", "CN=root");
        assertThat(rotated.generations())
                .extracting(Authority.Generation::number)
                .containsExactly(2, 1);
        assertThat(followed).containsExactly("CN=plant -> CN=plant G2");
        Certificate root = old.getLast();
        assertValid(old, root);
        assertValid(fresh, root);
        rotation.rotate("plant", Wish.same());
        assertThat(issue("device-1").get(1).subject()).isEqualTo("CN=plant G3");
    }

    @Test
    void newRoot_isCrossSigned_soThatBothRootsLeadToWhatIsIssuedBelowIt() {
        create("root", Optional.empty());
        Certificate oldRoot = own("root");
        rotation.rotate("root", Wish.same());
        Certificate newRoot = own("root");
        create("plant", Optional.of("root"));

        List<Certificate> chain = issue("device-1");

        assertThat(chain)
                .extracting(Certificate::subject)
                .containsExactly("CN=device-1", "CN=plant", "CN=root G2", "CN=root");
        assertValid(chain, oldRoot);
        assertValid(List.of(chain.get(0), chain.get(1), newRoot), newRoot);
        assertThat(newRoot.isSelfIssued()).isTrue();
        assertThat(chain.get(2).x509().getPublicKey()).isEqualTo(newRoot.x509().getPublicKey());
    }

    @Test
    void newRoot_standsAlone_whenTheOldOneIsNotToSignIt() {
        create("root", Optional.empty());
        rotation.rotate(
                "root",
                new Wish(
                        Optional.of("Fresh Root"),
                        Optional.of(KeyAlgorithm.EC_P256),
                        Optional.of(Duration.ofDays(100)),
                        Optional.empty(),
                        false));
        create("plant", Optional.of("root"));

        assertThat(issue("device-1"))
                .extracting(Certificate::subject)
                .containsExactly("CN=device-1", "CN=plant", "CN=Fresh Root");
        assertThat(own("root").notAfter()).isEqualTo(TestAuthority.NOW.plus(Duration.ofDays(100)));
    }

    @Test
    void refusal_leavesNeitherAKeyNorAGeneration() {
        create("root", Optional.empty());
        Rotation refused = new Rotation(
                store,
                registry,
                vaults,
                (_, _) -> {
                    throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "There is no room.");
                },
                new Undoing(),
                CLOCK,
                RANDOM);

        assertThatThrownBy(() -> refused.rotate("root", Wish.same())).hasMessage("There is no room.");

        assertThat(store.keyIds()).hasSize(1);
        assertThat(registry.find("root").generations()).hasSize(1);
    }

    @Test
    void authorityOfAnIssuerElsewhere_isToldHowItIsRotated() {
        create("root", Optional.empty());
        create("plant", Optional.of("root"));
        registry.delete("root", true, new Precondition.Always());

        assertThatThrownBy(() -> rotation.rotate("plant", Wish.same()))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(
                                        refusal.explanation().orElseThrow().remedy())
                                .contains("muster authorities request plant"));
    }

    @Test
    void numberedName_replacesTheNumberBefore_andKeepsToTheLimit() {
        assertThat(Rotation.numbered("Plant G2", 3)).isEqualTo("Plant G3");
        assertThat(Rotation.numbered("x".repeat(64), 12)).hasSize(64).endsWith("x G12");
    }

    /** Puts back what the work has changed when it is refused. */
    private final class Undoing implements Transactions {
        @Override
        public <T> T run(Supplier<T> work) {
            List<Authority> before = store.list();
            try {
                return work.get();
            } catch (Refusal refusal) {
                before.forEach(authority -> store.put(authority, new Precondition.Always()));
                throw refusal;
            }
        }

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }
    }

    private void create(String name, Optional<String> issuer) {
        registry.create(new Draft(
                name,
                issuer,
                new Subject(name, Optional.empty(), 0),
                new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                IssuingRules.defaults()));
    }

    private Certificate own(String name) {
        return registry.find(name)
                .current()
                .flatMap(Authority.Generation::certificate)
                .orElseThrow();
    }

    private List<Certificate> issue(String device) {
        return issuance.sign(new Issuance.Order(
                        "plant",
                        device,
                        Csr.of(device, KeyAlgorithm.EC_P256.generate(RANDOM)),
                        new Basis(Basis.Kind.OWNER, "test")))
                .chain();
    }

    private static void assertValid(List<Certificate> chain, Certificate root) {
        ChainValidator validator = new ChainValidator();
        validator.validate(validator.build(chain, _ -> List.of()), root, TestAuthority.NOW);
    }
}
