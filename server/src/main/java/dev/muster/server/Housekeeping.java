package dev.muster.server;

import dev.muster.allocation.LinkedHubs;
import dev.muster.hub.Events;
import dev.muster.server.metrics.CertificateGauges;
import dev.muster.server.tls.ReloadingTls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has to be done from time to time, on one thread. What fails is logged and tried again the next time. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration CERTIFICATE_CHECK = Duration.ofMinutes(1);
    private static final Duration CERTIFICATE_COUNT = Duration.ofMinutes(1);
    private static final Duration RETENTION_CHECK = Duration.ofMinutes(10);

    /** How soon this process sees the hubs that another has linked. */
    private static final Duration HUB_CHECK = Duration.ofSeconds(2);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory());

    /** How soon this process sees what another has revoked. */
    private static final Duration REVOCATION_CHECK = Duration.ofMillis(500);

    private static final Duration FOREIGN_CHECK = Duration.ofSeconds(1);

    Housekeeping(
            ReloadingTls tls,
            LinkedHubs linked,
            Revoking revoking,
            CertificateGauges gauges,
            Events events,
            Duration retention,
            InstantSource clock) {
        every(REVOCATION_CHECK, "look for revoked certificates", revoking.revoked()::follow);
        revoking.foreign()
                .ifPresent(foreign -> every(FOREIGN_CHECK, "fetch CRLs of authorities elsewhere", foreign::refresh));
        every(HUB_CHECK, "look for linked hubs", linked::refresh);
        every(CERTIFICATE_CHECK, "look for a new server certificate", () -> {
            if (tls.reload()) {
                LOG.info("New connections get the new server certificate.");
            }
        });
        every(CERTIFICATE_COUNT, "count the certificates that expire", gauges::refresh);
        every(
                RETENTION_CHECK,
                "remove old events",
                () -> events.expire(clock.instant().minus(retention)));
    }

    /** Nobody waits for the future: the guarded task ends when its thread does, and throws nothing. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void every(Duration period, String what, Runnable task) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("Could not {}.", what, e);
            }
        };
        thread.scheduleWithFixedDelay(guarded, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
