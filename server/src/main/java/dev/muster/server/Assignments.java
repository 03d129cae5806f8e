package dev.muster.server;

import dev.muster.allocation.Allocation;
import dev.muster.allocation.LinkedHub;
import dev.muster.allocation.LinkedHubs;
import dev.muster.allocation.LocalHub;
import dev.muster.authority.CertificateIssuer;
import dev.muster.hub.Hubs;
import dev.muster.registration.Assigner;
import dev.muster.registration.Backlog;
import dev.muster.registration.Continuation;
import dev.muster.registration.DeviceCertificates;
import dev.muster.server.config.Config;
import dev.muster.server.link.Https;
import dev.muster.server.link.HttpsWebhook;
import dev.muster.server.link.RemoteHub;
import dev.muster.server.link.Trust;
import dev.muster.server.metrics.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The parts that take devices from their proof to their hubs, put together. */
record Assignments(LinkedHubs linked, Backlog backlog, Assigner assigner, Continuation continuation) {
    /** For one call of a webhook or of another server's hub. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static Assignments of(
            Config config,
            Storage storage,
            Hubs hubs,
            CertificateIssuer issuer,
            DeviceCertificates certificates,
            Metrics metrics,
            InstantSource clock,
            RandomGenerator random) {
        Https https = new Https(Trust.context(config.tls().trust()), PATIENCE);
        LinkedHubs linked = new LinkedHubs(
                hubs.all().stream().<LinkedHub>map(LocalHub::new).toList(),
                storage.hubLinks(),
                link -> new RemoteHub(link.hostName(), link.access().orElseThrow(), https, clock));
        Allocation allocation = new Allocation(linked);
        Backlog backlog = new Backlog(storage.pending(), storage.database(), clock, claimant(config));
        Assigner assigner =
                new Assigner(allocation, storage.registrations(), backlog, issuer, storage.database(), clock, random);
        Continuation continuation = new Continuation(
                storage.enrollments(),
                storage.groups(),
                allocation,
                assigner,
                new Continuation.Others(certificates, new HttpsWebhook(https)),
                backlog,
                new Continuation.Journal(metrics.continuations(storage.attempts()), clock));
        return new Assignments(linked, backlog, assigner, continuation);
    }

    /** The embedded store has one process, which goes on with what the one before it had; others share theirs. */
    private static String claimant(Config config) {
        return config.store().url().isEmpty() ? "this" : UUID.randomUUID().toString();
    }
}
