package dev.muster.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.muster.authority.AuthoritiesInMemory;
import dev.muster.authority.AuthorityRegistry;
import dev.muster.authority.CertificateIssuer.Answer;
import dev.muster.authority.Issuance;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.external.ExternalIssuer.Answer.Certified;
import dev.muster.external.ExternalIssuer.Answer.Later;
import dev.muster.external.ExternalIssuer.Answer.Refused;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.RevocationStatus;
import dev.muster.pki.TestAuthority;
import dev.muster.pki.Thumbprint;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Which authority a name means, and what is taken from one elsewhere. */
final class AnyIssuerTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Basis BASIS = new Basis(Basis.Kind.ENROLLMENT_GROUP, "plant");
    private static final Map<String, Object> EST = Map.of(
            "certificateAuthorityType", "EstCertificateAuthority", "url", "https://ca.example:8443/", "userName", "ra");
    private static final Map<String, Object> SECRETS = Map.of("password", "s3cret");

    private final InstantSource clock = InstantSource.fixed(TestAuthority.NOW);
    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final AccountsInMemory accounts = new AccountsInMemory();
    private final Chains chains = new Chains();
    private final Issuance own = new Issuance(
            store, store, store.vaults(), RevocationStatus.NONE, _ -> Issuer.Pointers.none(), clock, RANDOM);
    private final Asked asked = new Asked();
    private final ExternalAuthorities authorities = new ExternalAuthorities(store, accounts, _ -> asked);
    private final AnyIssuer issuer = new AnyIssuer(own, authorities, store, chains, new ChainValidator(), clock);

    private final TestAuthority root = TestAuthority.root("CN=Their Root");
    private final TestAuthority issuing = root.intermediate("CN=Their Issuer");
    private final KeyPair keys = KeyAlgorithm.EC_P256.generate(RANDOM);

    AnyIssuerTest() {
        link("partner", EST);
    }

    @Test
    void certificate_isTakenWithItsChain_andFoundAgain() {
        Certificate leaf = issuing.issue(device());

        Answer answer = answered(certified(leaf));

        assertThat(answer)
                .asInstanceOf(type(Answer.Given.class))
                .extracting(Answer.Given::issued)
                .satisfies(issued -> {
                    assertThat(issued.chain()).containsExactly(leaf, issuing.certificate(), root.certificate());
                    assertThat(issued.record())
                            .isEqualTo(new IssuedCertificate(
                                    leaf,
                                    issuing.certificate().thumbprint(),
                                    "partner",
                                    "device-1",
                                    BASIS,
                                    TestAuthority.NOW));
                    issuer.record(issued);
                    // Asked twice with one request, an authority may give one certificate twice.
                    issuer.record(issued);
                });
        IssuedCertificate record = issuer.find(leaf.thumbprint()).orElseThrow();
        assertThat(store.of("device-1")).containsExactly(record);
        assertThat(issuer.chain(record)).containsExactly(leaf, issuing.certificate(), root.certificate());
    }

    @Test
    void certificateThatLeadsToNoRoot_isTaken_whereTheAuthoritySaysThatItIsItsOwn() {
        Certificate leaf = issuing.issue(device());

        assertThat(answered(new Certified(leaf, List.of(leaf), List.of(issuing.certificate()))))
                .isInstanceOfSatisfying(
                        Answer.Given.class,
                        given -> assertThat(given.issued().chain()).containsExactly(leaf, issuing.certificate()));
    }

    @Test
    void clockThatIsAheadALittle_isBorne() {
        Certificate leaf =
                issuing.issue(device().valid(TestAuthority.NOW.plusSeconds(60), TestAuthority.NOW.plusSeconds(3600)));

        assertThat(answered(certified(leaf))).isInstanceOf(Answer.Given.class);
    }

    @Test
    void certificateOfAnotherKey_isRefused() {
        assertUnfit(
                certified(issuing.issue(TestAuthority.draft("CN=device-1"))),
                "it certifies another key",
                "EC 256 bits");
    }

    @Test
    void certificateOfAnotherName_isRefused() {
        assertUnfit(certified(issuing.issue(TestAuthority.draft("CN=device-2").keys(keys))), "it is for CN=device-2");
    }

    @Test
    void certificateOfAnAuthority_isRefused() {
        assertUnfit(certified(issuing.issue(device().authority())), "it is a certificate authority");
    }

    @Test
    void certificateThatHasExpired_isRefused() {
        assertUnfit(
                certified(issuing.issue(
                        device().valid(TestAuthority.NOW.minusSeconds(7200), TestAuthority.NOW.minusSeconds(3600)))),
                "expired");
    }

    @Test
    void certificateOfTheFuture_isRefused() {
        assertUnfit(
                certified(issuing.issue(
                        device().valid(TestAuthority.NOW.plusSeconds(3600), TestAuthority.NOW.plusSeconds(7200)))),
                "valid");
    }

    @Test
    void certificateOfNobodyKnown_isRefused() {
        TestAuthority stranger = TestAuthority.root("CN=Stranger");
        assertUnfit(certified(stranger.issue(device())), "no certificate named CN=Stranger");
        // Nor does it help to send the stranger's along.
        Certificate leaf = stranger.issue(device());
        assertUnfit(
                new Certified(leaf, List.of(leaf, stranger.certificate()), List.of(root.certificate())),
                "does not lead to a certificate that the authority says is its own");
        // One of the same name with another key.
        TestAuthority namesake = TestAuthority.root("CN=Their Issuer");
        assertUnfit(certified(namesake.issue(device())), "its signature does not verify");
    }

    @Test
    void certificateForServersOrForNoSignatures_isRefused() {
        assertUnfit(
                certified(issuing.issue(device().extension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)))),
                "its extended key usage leaves out TLS clients");
        assertUnfit(
                certified(issuing.issue(
                        device().extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyEncipherment)))),
                "its key usage leaves out digital signatures");
    }

    @Test
    void certificateThatAnotherDeviceHas_isRefused() {
        Certificate leaf = issuing.issue(device());
        store.add(new IssuedCertificate(
                leaf, issuing.certificate().thumbprint(), "partner", "device-2", BASIS, TestAuthority.NOW));

        assertUnfit(certified(leaf), "it has the serial number of one that 'device-2' has");
    }

    @Test
    void authorityThatIsAway_isAskedLater() {
        asked.answer = new Later("nobody listens there", Duration.ofSeconds(90));

        assertThat(issuer.ask(order("partner"))).isInstanceOfSatisfying(Answer.Later.class, later -> {
            assertThat(later.host()).isEqualTo("ca.example:8443");
            assertThat(later.pause()).isEqualTo(Duration.ofSeconds(90));
            assertThat(later.why().subject()).isEqualTo("certificate authority 'partner' at ca.example:8443");
            assertThat(later.why().rule()).isEqualTo("nobody listens there");
        });
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> issuer.sign(order("partner")))
                .matches(refusal -> refusal.reason() == Refusal.Reason.UNAVAILABLE);
    }

    @Test
    void authorityThatRefuses_isQuotedToTheOwnerAlone() {
        asked.answer = new Refused("it answered 403: not this one");

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> issuer.ask(order("partner")))
                .withMessage("The certificate authority refused the device.")
                .satisfies(refusal -> assertThat(
                                refusal.explanation().orElseThrow().rule())
                        .isEqualTo("it answered 403: not this one"));
    }

    @Test
    void beginning_asksNobodyElsewhere() {
        assertThat(issuer.begin(order("PARTNER")))
                .isInstanceOfSatisfying(
                        Answer.Later.class, later -> assertThat(later.host()).isEqualTo("ca.example:8443"));
        assertThat(asked.requests).isZero();

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> issuer.begin(new Order("partner", "device-2", csr(), BASIS)))
                .withMessageContaining("common name");
    }

    @Test
    void authorityOfThisProcess_isAskedInstead_whereItHasTheName() {
        IssuingRules rules = IssuingRules.defaults();
        new AuthorityRegistry(store, store, store.vaults(), _ -> Issuer.Pointers.none(), clock, RANDOM)
                .create(new AuthorityRegistry.Draft(
                        "own",
                        Optional.empty(),
                        new AuthorityRegistry.Subject("Own", Optional.empty(), 0),
                        new AuthorityRegistry.KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                        rules));

        assertThat(issuer.begin(order("own"))).isInstanceOfSatisfying(Answer.Given.class, given -> {
            issuer.record(given.issued());
            assertThat(issuer.chain(given.issued().record()))
                    .isEqualTo(given.issued().chain());
        });
        assertThat(chains.stored).isEmpty();
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> authorities.tryOut(AccountsInMemory.account("OWN", "1", EST, SECRETS)))
                .matches(refusal -> refusal.reason() == Refusal.Reason.ALREADY_EXISTS);
    }

    @Test
    void accountOfAnotherKind_isRefusedWithWhatToLinkInstead() {
        link("digicert", Map.of("certificateAuthorityType", "DigiCertCertificateAuthority"));

        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> issuer.begin(order("digicert")))
                .matches(refusal -> refusal.reason() == Refusal.Reason.FORBIDDEN)
                .satisfies(refusal -> assertThat(
                                refusal.explanation().orElseThrow().toString())
                        .contains("DigiCertCertificateAuthority", "muster authorities link NAME --est URL"));
    }

    @Test
    void authorityThatIsNotLinked_isRefused() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> issuer.ask(order("nobody")))
                .matches(refusal -> refusal.reason() == Refusal.Reason.AUTHORITY_NOT_FOUND);
    }

    private void link(String name, Map<String, Object> contents) {
        accounts.put(AccountsInMemory.account(name, "1", contents, SECRETS), new Precondition.Absent());
    }

    private TestAuthority.Draft device() {
        return TestAuthority.draft("CN=device-1").keys(keys);
    }

    private Certified certified(Certificate leaf) {
        return new Certified(leaf, List.of(leaf), List.of(root.certificate(), issuing.certificate()));
    }

    private Csr csr() {
        return Csr.of("device-1", keys);
    }

    private Order order(String authority) {
        return new Order(authority, "device-1", csr(), BASIS);
    }

    private Answer answered(Certified certified) {
        asked.answer = certified;
        return issuer.ask(order("partner"));
    }

    private void assertUnfit(Certified certified, String... rule) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> answered(certified))
                .withMessage("The certificate authority sent a certificate that cannot be used.")
                .matches(refusal -> refusal.reason() == Refusal.Reason.FORBIDDEN)
                .satisfies(refusal ->
                        assertThat(refusal.explanation().orElseThrow().rule()).contains(rule));
    }

    private static final class Asked implements ExternalIssuer {
        private ExternalIssuer.Answer answer = new Refused("nothing was expected");
        private int requests;

        @Override
        public Optional<String> objection() {
            return Optional.empty();
        }

        @Override
        public ExternalIssuer.Answer ask(String subject, Csr request) {
            requests++;
            return answer;
        }
    }

    private static final class Chains implements IssuerChains {
        private final Map<Thumbprint, List<Certificate>> stored = new HashMap<>();

        @Override
        public void put(List<Certificate> chain) {
            stored.put(chain.getFirst().thumbprint(), chain);
        }

        @Override
        public List<Certificate> find(Thumbprint issuer) {
            return stored.getOrDefault(issuer, List.of());
        }
    }
}
