package dev.muster.server.link;

import dev.muster.external.ExternalAuthority;
import dev.muster.external.ExternalAuthority.Access;
import dev.muster.external.ExternalIssuer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;

/** Makes those who ask authorities elsewhere. Safe for any number of threads. */
public final class ExternalIssuers implements Function<ExternalAuthority, ExternalIssuer> {
    private final Https https;
    private final Duration patience;
    private final InstantSource clock;

    /**
     * @param https for servers that are trusted as any other
     * @param patience for one call
     */
    public ExternalIssuers(Https https, Duration patience, InstantSource clock) {
        this.https = https;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public ExternalIssuer apply(ExternalAuthority authority) {
        ExternalCall call = new ExternalCall(
                authority.trusted().isEmpty() ? https : new Https(Trust.context(authority.trusted()), patience), clock);
        return switch (authority.access()) {
            case Access.Est est -> new EstIssuer(authority, est, call);
            case Access.Portal portal -> new PortalIssuer(authority, portal, call);
        };
    }
}
