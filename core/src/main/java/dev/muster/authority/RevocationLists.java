package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.Crl;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What each authority has revoked, signed by itself (RFC 5280 section 5): a full list of a day and a delta of an hour,
 * made anew when something has changed or half of that time is over. They are numbered by the time they are made at, so
 * that all processes over one store count alike. Safe for any number of threads.
 */
public final class RevocationLists {
    private static final Duration FULL = Duration.ofDays(1);
    private static final Duration DELTA = Duration.ofHours(1);

    /** How long a list is handed out without a look at the store. */
    private static final Duration UNSEEN = Duration.ofSeconds(1);

    private final RevocationLog log;
    private final Authorities authorities;
    private final KeyVaults vaults;
    private final Function<Certificate, Optional<String>> deltas;
    private final InstantSource clock;
    private final Map<Thumbprint, Cached> full = new ConcurrentHashMap<>();
    private final Map<Thumbprint, Cached> delta = new ConcurrentHashMap<>();

    /** @param deltas where everybody finds the deltas of the holder of a certificate; empty where it is not known */
    public RevocationLists(
            RevocationLog log,
            Authorities authorities,
            KeyVaults vaults,
            Function<Certificate, Optional<String>> deltas,
            InstantSource clock) {
        this.log = log;
        this.authorities = authorities;
        this.vaults = vaults;
        this.deltas = deltas;
        this.clock = clock;
    }

    /** A signed list, in DER. */
    public record Published(BigInteger number, Instant made, Instant next, byte[] der) {}

    /**
     * @param latest the last change that is in it
     * @param seen when that was known to be the last
     */
    private record Cached(Published list, long latest, Instant seen) {}

    /** @throws Refusal AUTHORITY_NOT_FOUND for a certificate that is none of our authorities' */
    public Published full(Thumbprint issuer) {
        return published(issuer, full, FULL);
    }

    /** What has changed since the oldest full list that still holds; otherwise as {@link #full}. */
    public Published delta(Thumbprint issuer) {
        return published(issuer, delta, DELTA);
    }

    /** @throws Refusal as {@link #full} */
    public Certificate issuer(Thumbprint issuer) {
        return generation(issuer).chain().getFirst();
    }

    private Published published(Thumbprint issuer, Map<Thumbprint, Cached> lists, Duration life) {
        Cached known = lists.get(issuer);
        Instant now = clock.instant();
        if (known != null && isFresh(known, now, life)) {
            if (Duration.between(known.seen(), now).compareTo(UNSEEN) < 0) {
                return known.list();
            }
            if (log.latest(issuer) == known.latest()) {
                lists.put(issuer, new Cached(known.list(), known.latest(), now));
                return known.list();
            }
        }
        return made(issuer, lists, life);
    }

    /** One at a time: whoever waited finds it done. */
    private synchronized Published made(Thumbprint issuer, Map<Thumbprint, Cached> lists, Duration life) {
        long latest = log.latest(issuer);
        Instant now = clock.instant();
        Cached known = lists.get(issuer);
        if (known == null || known.latest() != latest || !isFresh(known, now, life)) {
            known = new Cached(signed(generation(issuer), life, now), latest, now);
            lists.put(issuer, known);
        }
        return known.list();
    }

    private static boolean isFresh(Cached list, Instant now, Duration life) {
        return now.isBefore(list.list().made().plus(life.dividedBy(2)));
    }

    private Published signed(Generation generation, Duration life, Instant now) {
        Certificate own = generation.chain().getFirst();
        boolean whole = life.equals(FULL);
        Instant made = now.truncatedTo(ChronoUnit.SECONDS);
        Instant base = made.minus(FULL);
        // What has expired stays for as long as the last list without it may hold (RFC 5280 section 3.3).
        Stream<Revocation> revocations = log.of(own.thumbprint(), base).stream();
        List<Crl.Entry> entries = revocations
                .filter(revocation -> whole ? revocation.stands() : isNewer(revocation, base))
                .map(RevocationLists::entry)
                .toList();
        BigInteger number = BigInteger.valueOf(now.toEpochMilli());
        Crl list = new Crl(
                number,
                whole ? Optional.empty() : Optional.of(BigInteger.valueOf(base.toEpochMilli())),
                made,
                made.plus(life),
                whole ? deltas.apply(own) : Optional.empty(),
                entries);
        return new Published(
                number,
                made,
                list.next(),
                list.sign(own, vaults.keys(generation.key()).getPrivate()));
    }

    private static boolean isNewer(Revocation revocation, Instant base) {
        return !revocation.released().orElseGet(revocation::time).isBefore(base);
    }

    private static Crl.Entry entry(Revocation revocation) {
        return new Crl.Entry(
                revocation.place().orElseThrow().serial(),
                revocation.time(),
                revocation.stands() ? Optional.of(revocation.grounds().reason()) : Optional.empty(),
                revocation.grounds().invalidity());
    }

    private Generation generation(Thumbprint issuer) {
        return authorities.list().stream()
                .flatMap(authority -> authority.generations().stream())
                .filter(generation -> generation
                        .certificate()
                        .filter(own -> own.thumbprint().equals(issuer))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.AUTHORITY_NOT_FOUND, "No certificate authority here has this certificate."));
    }
}
