package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.Thumbprint;
import dev.muster.pki.revocation.OcspError;
import dev.muster.pki.revocation.OcspRequest;
import dev.muster.pki.revocation.OcspRequest.Question;
import dev.muster.pki.revocation.OcspSigner;
import dev.muster.pki.revocation.OcspStatus;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Tells everybody which certificates of our authorities hold (RFC 6960, RFC 5019). An answer of an hour to one question
 * without a nonce is given again until something of its issuer's was revoked or half an hour is over. Safe for any
 * number of threads.
 */
public final class OcspResponder {
    private static final Duration LIFE = Duration.ofHours(1);

    /** How long an answer is given again without a look at the store. */
    private static final Duration UNSEEN = Duration.ofSeconds(1);

    private static final int MAX_KEPT = 10_000;

    private final RevocationLog log;
    private final Authorities authorities;
    private final IssuedCertificates issued;
    private final KeyVaults vaults;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<Thumbprint, OcspSigner> signers = new ConcurrentHashMap<>();
    private final Map<Thumbprint, Seen> seen = new ConcurrentHashMap<>();
    private final SequencedMap<Key, Kept> kept = new LinkedHashMap<>();

    public OcspResponder(
            RevocationLog log,
            Authorities authorities,
            IssuedCertificates issued,
            KeyVaults vaults,
            InstantSource clock,
            SecureRandom random) {
        this.log = log;
        this.authorities = authorities;
        this.issued = issued;
        this.vaults = vaults;
        this.clock = clock;
        this.random = random;
    }

    /**
     * An answer, in DER.
     *
     * @param validity of one that others who ask the same may be given, too
     */
    public record Answer(byte[] der, Optional<Validity> validity) {}

    /** From when to when an answer holds. */
    public record Validity(Instant made, Instant next) {}

    private record Key(Thumbprint issuer, Question question) {}

    /** @param latest the last revocation that is in it */
    private record Kept(Answer answer, Validity validity, long latest) {
        boolean holds(Instant now, long latestNow) {
            return latest == latestNow && now.isBefore(validity.made().plus(LIFE.dividedBy(2)));
        }
    }

    /** The last revocation, and when that was known to be the last. */
    private record Seen(long latest, Instant when) {}

    /**
     * Answers, if only with what is wrong.
     *
     * @param issuer of the authority's own certificate
     */
    public Answer answer(Thumbprint issuer, byte[] der) {
        Optional<OcspRequest> request = OcspRequest.parse(der);
        if (request.isEmpty()) {
            return error(OcspError.MALFORMED_REQUEST);
        }
        boolean mayBeKept =
                request.get().questions().size() == 1 && !request.get().hasNonce();
        Key key = new Key(issuer, request.get().questions().getFirst());
        Optional<Answer> known = mayBeKept ? kept(key) : Optional.empty();
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Generation> generation = generation(issuer);
        if (generation.isEmpty()) {
            return error(OcspError.UNAUTHORIZED);
        }
        try {
            return answer(generation.get(), request.get(), mayBeKept);
        } catch (Refusal refusal) {
            return error(
                    refusal.reason() == Refusal.Reason.UNAVAILABLE ? OcspError.TRY_LATER : OcspError.INTERNAL_ERROR);
        }
    }

    private Answer answer(Generation generation, OcspRequest request, boolean mayBeKept) {
        Certificate own = generation.chain().getFirst();
        if (request.questions().stream().noneMatch(question -> question.concerns(own))) {
            return error(OcspError.UNAUTHORIZED);
        }
        // Read first: what is revoked from here on makes the answer anew.
        long latest = log.latest(own.thumbprint());
        List<OcspStatus> statuses = request.questions().stream()
                .map(question -> status(own, question))
                .toList();
        Instant now = clock.instant();
        OcspSigner signer = signer(generation, now);
        Instant made = now.truncatedTo(ChronoUnit.SECONDS);
        Instant next = made.plus(LIFE).isBefore(signer.notAfter()) ? made.plus(LIFE) : signer.notAfter();
        byte[] der = signer.sign(request, statuses, made, next);
        // What is unknown may be issued in a moment.
        if (!mayBeKept || statuses.getFirst() instanceof OcspStatus.Unknown) {
            return new Answer(der, Optional.empty());
        }
        Validity validity = new Validity(made, next);
        Answer answer = new Answer(der, Optional.of(validity));
        keep(new Key(own.thumbprint(), request.questions().getFirst()), new Kept(answer, validity, latest));
        return answer;
    }

    private OcspStatus status(Certificate own, Question question) {
        if (!question.concerns(own)) {
            return new OcspStatus.Unknown();
        }
        Optional<Certificate> certificate = issued(own, question.serial());
        return certificate
                .flatMap(known -> log.find(known.thumbprint()))
                .or(() -> certificate.isPresent() ? Optional.empty() : log.find(own.thumbprint(), question.serial()))
                .map(OcspResponder::status)
                .orElseGet(() -> certificate.isPresent() ? new OcspStatus.Good() : new OcspStatus.Unknown());
    }

    private static OcspStatus status(Revocation revocation) {
        return revocation.stands()
                ? new OcspStatus.Revoked(revocation.time(), revocation.grounds().reason())
                : new OcspStatus.Good();
    }

    /** A device's, or an authority's own. */
    private Optional<Certificate> issued(Certificate own, BigInteger serial) {
        return issued.find(own.thumbprint(), serial)
                .map(IssuedCertificate::certificate)
                .or(() -> generations()
                        .flatMap(generation ->
                                Stream.concat(generation.chain().stream(), generation.crossSigned().stream()))
                        .filter(authority -> authority.x509().getSerialNumber().equals(serial)
                                && authority.issuer().equals(own.subject())
                                && authority.isSignedBy(own))
                        .findFirst());
    }

    private OcspSigner signer(Generation generation, Instant now) {
        Certificate own = generation.chain().getFirst();
        OcspSigner known = signers.get(own.thumbprint());
        return known != null && known.isFresh(now) ? known : renewed(generation, now);
    }

    /** One at a time: whoever waited finds it done. */
    private synchronized OcspSigner renewed(Generation generation, Instant now) {
        Certificate own = generation.chain().getFirst();
        OcspSigner known = signers.get(own.thumbprint());
        if (known == null || !known.isFresh(now)) {
            Issuer issuer = Issuer.of(own, vaults.keys(generation.key()).getPrivate(), clock, random);
            known = OcspSigner.of(own, issuer, random);
            signers.put(own.thumbprint(), known);
        }
        return known;
    }

    private Optional<Answer> kept(Key key) {
        Kept found;
        synchronized (kept) {
            found = kept.get(key);
        }
        return found != null && found.holds(clock.instant(), latest(key.issuer()))
                ? Optional.of(found.answer())
                : Optional.empty();
    }

    private void keep(Key key, Kept answer) {
        synchronized (kept) {
            kept.remove(key);
            if (kept.size() >= MAX_KEPT) {
                var _ = kept.pollFirstEntry();
            }
            kept.put(key, answer);
        }
    }

    private long latest(Thumbprint issuer) {
        Instant now = clock.instant();
        Seen known = seen.get(issuer);
        if (known == null || Duration.between(known.when(), now).compareTo(UNSEEN) >= 0) {
            known = new Seen(log.latest(issuer), now);
            seen.put(issuer, known);
        }
        return known.latest();
    }

    private Optional<Generation> generation(Thumbprint issuer) {
        return generations()
                .filter(generation -> generation
                        .certificate()
                        .filter(own -> own.thumbprint().equals(issuer))
                        .isPresent())
                .findFirst();
    }

    private Stream<Generation> generations() {
        return authorities.list().stream().flatMap(authority -> authority.generations().stream());
    }

    private static Answer error(OcspError error) {
        return new Answer(error.der(), Optional.empty());
    }
}
