package dev.muster.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.IssuedCounts;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.server.memory.MemoryIssuedCertificates;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class CertificateMetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void certificate_isCountedOnceItsTransactionIsOnDisk() {
        Held transactions = new Held();
        MemoryIssuedCertificates record = new MemoryIssuedCertificates();
        IssuedCertificates counted = new CountedCertificates(
                record, transactions, new Counters(registry, "certificates.issued", "Issued", "authority"));
        IssuedCertificate issued = issued();

        counted.add(issued);
        assertThat(record.of("device-1")).containsExactly(issued);
        assertThat(registry.scrape()).doesNotContain("certificates_issued_total");

        transactions.held.forEach(Runnable::run);
        assertThat(registry.scrape()).contains("certificates_issued_total{authority=\"plant\"} 1.0");
        assertThat(counted.of("device-1")).containsExactly(issued);
    }

    @Test
    void expiringCertificates_areCountedWhenRefreshed() {
        CertificateGauges gauges = new CertificateGauges(registry, new OneEachDay(), InstantSource.system());
        assertThat(registry.scrape()).contains("certificates_expiring{days=\"7\"} 0.0");

        gauges.refresh();

        assertThat(registry.scrape())
                .contains("certificates_expiring{days=\"7\"} 7.0", "certificates_expiring{days=\"30\"} 30.0");
    }

    private static IssuedCertificate issued() {
        SecureRandom random = new SecureRandom();
        KeyPair keys = KeyAlgorithm.EC_P256.generate(random);
        Certificate certificate = Issuer.selfSigned("plant", keys, InstantSource.system(), random)
                .issue(Issuer.Request.of(CertificateProfile.root(), "plant", keys.getPublic()));
        return new IssuedCertificate(
                certificate,
                certificate.thumbprint(),
                "plant",
                "device-1",
                new Basis(Basis.Kind.ENROLLMENT_GROUP, "line-7"),
                Instant.now());
    }

    /** Transactions that do not end by themselves. */
    private static final class Held implements Transactions {
        private final List<Runnable> held = new ArrayList<>();

        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }

        @Override
        public void afterCommit(Runnable action) {
            held.add(action);
        }
    }

    private static final class OneEachDay implements IssuedCounts {
        @Override
        public List<OfIssuer> byIssuer() {
            return List.of();
        }

        @Override
        public SortedMap<YearMonth, Long> byMonth() {
            return new TreeMap<>();
        }

        @Override
        public long expiring(Instant from, Instant to) {
            return Duration.between(from, to).toDays();
        }
    }
}
