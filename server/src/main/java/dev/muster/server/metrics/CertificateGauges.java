package dev.muster.server.metrics;

import dev.muster.authority.IssuedCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many certificates expire soon, as it was when {@link #refresh} was called last. Safe for any number of threads.
 */
public final class CertificateGauges {
    private final IssuedCounts counts;
    private final InstantSource clock;
    private final List<Span> spans = List.of(new Span(7), new Span(30));

    private record Span(int days, AtomicLong expiring) {
        Span(int days) {
            this(days, new AtomicLong());
        }
    }

    CertificateGauges(MeterRegistry registry, IssuedCounts counts, InstantSource clock) {
        this.counts = counts;
        this.clock = clock;
        spans.forEach(span -> Gauge.builder("certificates.expiring", span.expiring()::get)
                .description("Issued certificates that expire within so many days, counted once a minute")
                .tag("days", Integer.toString(span.days()))
                .register(registry));
    }

    /** Asks the store, so that no scrape has to. */
    public void refresh() {
        Instant now = clock.instant();
        spans.forEach(span -> span.expiring().set(counts.expiring(now, now.plus(Duration.ofDays(span.days())))));
    }
}
