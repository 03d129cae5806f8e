package dev.muster.server.metrics;

import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.IssuedCounts;
import dev.muster.authority.RevokedCertificates;
import dev.muster.base.Transactions;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.registration.Attempts;
import dev.muster.server.http.Administrator;
import dev.muster.server.http.routing.Api;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;

/**
 * What is counted and measured of this process since it started, by decorating what its parts are given. Safe for any
 * number of threads.
 */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final AttemptCounters attempts = new AttemptCounters(registry);
    private final Counters issued =
            new Counters(registry, "certificates.issued", "Certificates that were issued to devices", "authority");

    public Metrics() {
        new UptimeMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /** For whoever has devices prove who they are, and registers them. */
    public Attempts registrations(Attempts record) {
        return new CountedAttempts(record, attempt -> {
            attempts.attested(attempt);
            attempts.registered(attempt);
        });
    }

    /** For whoever goes on with registrations of devices that have proved who they are. */
    public Attempts continuations(Attempts record) {
        return new CountedAttempts(record, attempts::registered);
    }

    /** For whoever has devices prove who they are for the sake of something else. */
    public Attempts attestations(Attempts record) {
        return new CountedAttempts(record, attempts::attested);
    }

    /** For whoever issues certificates. */
    public IssuedCertificates issued(IssuedCertificates record, Transactions transactions) {
        return new CountedCertificates(record, transactions, issued);
    }

    /** Measures how many devices are connected to each hub of this process. */
    public void watch(Hubs hubs) {
        for (Devices devices : hubs.all()) {
            Gauge.builder("connected.devices", devices::connected)
                    .description("Devices that are connected to this process")
                    .tag("hub", devices.hub())
                    .register(registry);
        }
    }

    /** Measures how many certificates are not to be used any more, or soon. */
    public CertificateGauges watch(RevokedCertificates revoked, IssuedCounts counts, InstantSource clock) {
        Gauge.builder("certificates.revoked", revoked::count)
                .description("Certificates that are refused because they were revoked")
                .register(registry);
        return new CertificateGauges(registry, counts, clock);
    }

    /** By which the administrator's Prometheus reads it. */
    public Api api(String administratorToken) {
        return new MetricsApi(registry::scrape, new Administrator(administratorToken));
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
