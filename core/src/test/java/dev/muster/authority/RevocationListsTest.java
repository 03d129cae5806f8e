package dev.muster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocation.Place;
import dev.muster.authority.RevocationLists.Published;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.TestAuthority;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.RevocationReason;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevocationListsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String DELTA_INDICATOR = "2.5.29.27";
    private static final String FRESHEST = "2.5.29.46";

    private final AuthoritiesInMemory store = new AuthoritiesInMemory();
    private final RevocationsInMemory log = new RevocationsInMemory();
    private Instant now = TestAuthority.NOW;
    private final RevocationLists lists =
            new RevocationLists(log, store, store.vaults(), _ -> Optional.of("http://pki.example/delta"), () -> now);
    private final Certificate own = new AuthorityRegistry(
                    store, store, store.vaults(), _ -> Issuer.Pointers.none(), () -> now, RANDOM)
            .create(new Draft(
                    "plant",
                    Optional.empty(),
                    new Subject("plant", Optional.empty(), 0),
                    new KeyPlace(KeyAlgorithm.EC_P256, KeyVaults.FILES),
                    IssuingRules.defaults()))
            .current()
            .orElseThrow()
            .chain()
            .getFirst();

    @Test
    void fullList_namesWhatStands_withItsReason_signedByItsIssuer() throws Exception {
        put(1, RevocationReason.KEY_COMPROMISE, Optional.empty());
        put(2, RevocationReason.UNSPECIFIED, Optional.empty());
        put(3, RevocationReason.CERTIFICATE_HOLD, Optional.of(now));

        X509CRL list = parsed(lists.full(own.thumbprint()));

        list.verify(own.x509().getPublicKey());
        assertThat(list.getRevokedCertificates())
                .extracting(X509CRLEntry::getSerialNumber)
                .containsExactlyInAnyOrder(BigInteger.ONE, BigInteger.TWO);
        assertThat(list.getRevokedCertificate(BigInteger.ONE).getRevocationReason())
                .isEqualTo(CRLReason.KEY_COMPROMISE);
        assertThat(list.getRevokedCertificate(BigInteger.TWO).hasExtensions()).isFalse();
        assertThat(list.getExtensionValue(FRESHEST)).isNotNull();
        assertThat(list.getCriticalExtensionOIDs()).isEmpty();
        assertThat(list.getNextUpdate().toInstant()).isEqualTo(now.plus(Duration.ofDays(1)));
    }

    @Test
    void delta_namesWhatIsNew_andWhatWasTakenBack() throws Exception {
        put(1, RevocationReason.KEY_COMPROMISE, Optional.empty());
        now = now.plus(Duration.ofDays(2));
        put(2, RevocationReason.SUPERSEDED, Optional.empty());
        put(3, RevocationReason.CERTIFICATE_HOLD, Optional.of(now));

        X509CRL delta = parsed(lists.delta(own.thumbprint()));

        assertThat(delta.getCriticalExtensionOIDs()).containsExactly(DELTA_INDICATOR);
        assertThat(delta.getRevokedCertificate(BigInteger.ONE)).isNull();
        assertThat(delta.getRevokedCertificate(BigInteger.TWO).getRevocationReason())
                .isEqualTo(CRLReason.SUPERSEDED);
        assertThat(delta.getRevokedCertificate(BigInteger.valueOf(3)).getRevocationReason())
                .isEqualTo(CRLReason.REMOVE_FROM_CRL);
        assertThat(delta.getNextUpdate().toInstant()).isEqualTo(now.plus(Duration.ofHours(1)));
    }

    @Test
    void list_isMadeAnew_whenSomethingHasChangedOrHalfItsTimeIsOver() {
        Published first = lists.full(own.thumbprint());
        assertThat(lists.full(own.thumbprint())).isSameAs(first);
        now = now.plusSeconds(2);
        assertThat(lists.full(own.thumbprint())).isSameAs(first);

        put(1, RevocationReason.KEY_COMPROMISE, Optional.empty());
        now = now.plusSeconds(2);
        Published second = lists.full(own.thumbprint());
        assertThat(second.number()).isGreaterThan(first.number());

        now = now.plus(Duration.ofHours(13));
        assertThat(lists.full(own.thumbprint()).number()).isGreaterThan(second.number());
    }

    @Test
    void expiredCertificate_staysForOneMoreList() throws Exception {
        put(1, RevocationReason.KEY_COMPROMISE, Optional.empty());

        now = now.plus(Duration.ofDays(30)).plusSeconds(60);
        assertThat(parsed(lists.full(own.thumbprint())).getRevokedCertificates())
                .hasSize(1);
        now = now.plus(Duration.ofDays(1));
        assertThat(parsed(lists.full(own.thumbprint())).getRevokedCertificates())
                .isNull();
    }

    @Test
    void strangeIssuer_hasNoList() {
        assertThatThrownBy(() -> lists.full(new Thumbprint("00".repeat(32)))).isInstanceOf(Refusal.class);
    }

    private void put(int serial, RevocationReason reason, Optional<Instant> released) {
        log.put(new Revocation(
                new Thumbprint(String.format("%064X", serial)),
                Optional.of(new Place(
                        own.thumbprint(), BigInteger.valueOf(serial), TestAuthority.NOW.plus(Duration.ofDays(30)))),
                "CN=device-" + serial,
                Optional.empty(),
                false,
                Grounds.of(reason, "owner"),
                now,
                released));
    }

    private static X509CRL parsed(Published list) throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(list.der()));
    }
}
