package dev.muster.server;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.Issuance;
import dev.muster.certification.Approvals;
import dev.muster.certification.ApprovingIssuer;
import dev.muster.external.AnyIssuer;
import dev.muster.external.ExternalAuthorities;
import dev.muster.pki.ChainValidator;
import dev.muster.server.config.Config;
import dev.muster.server.link.ExternalIssuers;
import dev.muster.server.link.Https;
import dev.muster.server.link.Trust;
import dev.muster.server.metrics.Metrics;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The parts by which authorities elsewhere issue too, put together.
 *
 * @param issuer whoever it is that a name means, with the owner's approval where that is wanted
 */
record LinkedAuthorities(ExternalAuthorities authorities, CertificateIssuer issuer) {
    /** For one call, of which an authority may need two: a device that renews keeps its connection waiting for them. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static LinkedAuthorities of(
            Config config,
            Storage storage,
            Issuance own,
            ChainValidator validator,
            Metrics metrics,
            InstantSource clock) {
        ExternalAuthorities authorities = new ExternalAuthorities(
                storage.ownAuthorities(),
                storage.previews(),
                new ExternalIssuers(new Https(Trust.context(config.tls().trust()), PATIENCE), PATIENCE, clock));
        return new LinkedAuthorities(
                authorities,
                new ApprovingIssuer(
                        new AnyIssuer(
                                own,
                                authorities,
                                metrics.issued(storage.issued(), storage.database()),
                                storage.issuerChains(),
                                validator,
                                clock),
                        own,
                        new Approvals(storage.requests(), own, storage.database(), clock)));
    }
}
