package dev.muster.server.store.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.authority.Authority;
import dev.muster.authority.Authority.Generation;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCounts;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Thumbprint;
import dev.muster.server.store.JsonDocuments;
import dev.muster.server.store.Samples;
import dev.muster.server.store.database.Engine;
import dev.muster.server.store.database.TestStore;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Authorities and what they have issued. */
@ParameterizedClass
@EnumSource(Engine.class)
class SqlIssuedCertificatesIT {
    private static final Thumbprint ISSUER = Thumbprint.of(new byte[] {7});
    private final TestStore store;

    SqlIssuedCertificatesIT(Engine engine, @TempDir Path directory) {
        store = engine.create(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void chainOfAnIssuerElsewhere_isTheNewestThatWasPut() {
        SqlIssuerChains chains = new SqlIssuerChains(store.database());
        Certificate issuer = Samples.certificate("CN=Theirs");
        Certificate root = Samples.certificate("CN=Their Root");
        chains.put(List.of(issuer));
        chains.put(List.of(issuer, root));

        SqlIssuerChains reopened = new SqlIssuerChains(store.reopen());

        assertThat(reopened.find(issuer.thumbprint())).containsExactly(issuer, root);
        assertThat(reopened.find(root.thumbprint())).isEmpty();
    }

    @Test
    void authority_isFoundAsItWasPut_whateverTheCaseOfItsName() {
        SqlAuthorities authorities = new SqlAuthorities(store.database(), new JsonDocuments());
        Authority authority = authority("Plant", List.of(Samples.certificate("CN=Plant"), Samples.certificate("CN=R")));
        Authority waiting = authority("line", List.of());
        authorities.put(authority, new Precondition.Absent());
        authorities.put(waiting, new Precondition.Absent());

        SqlAuthorities reopened = new SqlAuthorities(store.reopen(), new JsonDocuments());

        assertThat(reopened.find("pLANT")).contains(authority);
        assertThat(reopened.list()).containsExactly(waiting, authority);
        assertThatThrownBy(() -> reopened.put(authority, new Precondition.Absent()))
                .isInstanceOf(Refusal.class);
        reopened.delete("plant", new Precondition.Present());
        assertThat(reopened.find("Plant")).isEmpty();
    }

    @Test
    void certificate_isFoundByHash_serialAndDevice() {
        SqlIssuedCertificates issued = new SqlIssuedCertificates(store.database());
        IssuedCertificate first = issued("Device-1", Samples.NOW);
        IssuedCertificate second = issued("device-1", Samples.NOW.plusSeconds(5));
        issued.add(first);
        issued.add(second);
        issued.add(issued("device-2", Samples.NOW));

        SqlIssuedCertificates reopened = new SqlIssuedCertificates(store.reopen());

        BigInteger serial = first.certificate().x509().getSerialNumber();
        assertThat(reopened.find(first.certificate().thumbprint())).contains(first);
        assertThat(reopened.find(ISSUER, serial)).contains(first);
        assertThat(reopened.find(Thumbprint.of(new byte[] {8}), serial)).isEmpty();
        assertThat(reopened.of("DEVICE-1")).containsExactly(second, first);
    }

    @Test
    void expiring_comePageByPage_theSoonestFirst() {
        SqlIssuedCertificates issued = new SqlIssuedCertificates(store.database());
        List<IssuedCertificate> all =
                List.of(issued("a", Samples.NOW), issued("b", Samples.NOW), issued("c", Samples.NOW));
        all.forEach(issued::add);
        Instant from = Samples.NOW;
        Instant to = Samples.NOW.plus(Duration.ofDays(400));

        Page<IssuedCertificate> first = issued.expiring(from, to, Page.Request.first(2));
        Page<IssuedCertificate> second = issued.expiring(from, to, new Page.Request(first.next(), 2));

        assertThat(first.items()).hasSize(2);
        assertThat(second.items()).hasSize(1).doesNotContainAnyElementsOf(first.items());
        assertThat(second.next()).isEmpty();
        assertThat(issued.expiring(from, from.plus(Duration.ofDays(300)), Page.Request.first(2))
                        .items())
                .isEmpty();
        assertThat(issued.expiring(to, to.plus(Duration.ofDays(300)), Page.Request.first(2))
                        .items())
                .isEmpty();
    }

    @Test
    void expiring_continuesAfterNothingElse() {
        SqlIssuedCertificates issued = new SqlIssuedCertificates(store.database());

        for (String after : List.of("", "1", "a b", "1 b", "9".repeat(30) + " " + "A".repeat(64))) {
            assertThatThrownBy(() -> issued.expiring(
                            Samples.NOW, Samples.NOW.plusSeconds(1), new Page.Request(Optional.of(after), 2)))
                    .isInstanceOf(Refusal.class);
        }
    }

    @Test
    void counts_areByIssuer_andByMonthOfExpiry() {
        SqlIssuedCertificates issued = new SqlIssuedCertificates(store.database());
        SqlIssuedCounts counts = new SqlIssuedCounts(store.database());
        assertThat(counts.byIssuer()).isEmpty();
        assertThat(counts.byMonth()).isEmpty();
        IssuedCertificate first = issued("a", Samples.NOW);
        IssuedCertificate second = issued("b", Samples.NOW);
        IssuedCertificate other = issued("c", Samples.NOW);
        Thumbprint line = Thumbprint.of(new byte[] {8});
        issued.add(first);
        issued.add(second);
        issued.add(new IssuedCertificate(
                other.certificate(), line, "Line", other.subject(), other.basis(), other.issued()));
        Instant end = first.certificate().notAfter();

        assertThat(counts.byIssuer())
                .containsExactly(
                        new IssuedCounts.OfIssuer(ISSUER, "Plant", 2), new IssuedCounts.OfIssuer(line, "Line", 1));
        assertThat(counts.byMonth()).containsExactly(Map.entry(YearMonth.from(end.atOffset(ZoneOffset.UTC)), 3L));
        assertThat(counts.expiring(end, end.plusSeconds(1))).isEqualTo(3);
        assertThat(counts.expiring(end.minusSeconds(1), end)).isZero();
        assertThat(issued.expiring(end, end.plusSeconds(1), Page.Request.first(9))
                        .items())
                .hasSize(3);
    }

    private static IssuedCertificate issued(String subject, Instant when) {
        return new IssuedCertificate(
                Samples.certificate("CN=" + subject),
                ISSUER,
                "Plant",
                subject,
                new Basis(Basis.Kind.INDIVIDUAL_ENROLLMENT, subject),
                when);
    }

    private static Authority authority(String name, List<Certificate> chain) {
        return new Authority(
                name,
                List.of(
                        new Generation(2, new KeyVaults.Reference("hsm", "k2"), name + " G2", List.of(), Samples.NOW),
                        new Generation(1, new KeyVaults.Reference("files", "k1"), name, chain, Samples.NOW)),
                new IssuingRules(
                        Duration.ofDays(7),
                        Set.of(KeyAlgorithm.EC_P384, KeyAlgorithm.RSA_2048),
                        List.of(Purpose.CLIENT, Purpose.SERVER),
                        Optional.of("plant-.*")),
                new Etag("e"),
                Samples.NOW,
                Samples.NOW.plusSeconds(1));
    }
}
