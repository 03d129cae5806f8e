package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The owner's certificate authorities. Safe for any number of threads. */
public final class AuthorityRegistry {
    private final Authorities authorities;
    private final IssuedCertificates issued;
    private final KeyVaults vaults;
    private final Keys newKeys;
    private final Certification certification;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param pointers what certificates say of the authority that signs them */
    public AuthorityRegistry(
            Authorities authorities,
            IssuedCertificates issued,
            KeyVaults vaults,
            Function<Certificate, Issuer.Pointers> pointers,
            InstantSource clock,
            SecureRandom random) {
        this.authorities = authorities;
        this.issued = issued;
        this.vaults = vaults;
        this.newKeys = new Keys(vaults);
        this.certification = new Certification(vaults, pointers, clock, random);
        this.clock = clock;
        this.random = random;
    }

    /**
     * An authority as its owner wants it.
     *
     * @param issuer the authority that signs its certificate; empty: itself, as a root
     */
    public record Draft(String name, Optional<String> issuer, Subject subject, KeyPlace key, IssuingRules rules) {}

    /**
     * What the certificate of an authority says.
     *
     * @param validity empty: the profile's
     * @param pathLength how many authorities may follow below it; 0 for one that issues to devices alone. Not for
     *     roots, below which there may be any number
     */
    public record Subject(String commonName, Optional<Duration> validity, int pathLength) {}

    /**
     * The key of an authority.
     *
     * @param vault the name of the vault in which it is made and kept
     */
    public record KeyPlace(KeyAlgorithm algorithm, String vault) {}

    /** @throws Refusal AUTHORITY_NOT_FOUND */
    public Authority find(String name) {
        return authorities.get(name);
    }

    /** By which authorities get their certificates. */
    Certification certification() {
        return certification;
    }

    /** In the order of their names. */
    public List<Authority> list() {
        return authorities.list();
    }

    /** How many certificates a generation of an authority has issued to devices. */
    public long issued(Generation generation) {
        return generation
                .certificate()
                .map(own -> issued.count(own.thumbprint()))
                .orElse(0L);
    }

    /**
     * Makes an authority, its key and its certificate.
     *
     * @throws Refusal ALREADY_EXISTS, AUTHORITY_NOT_FOUND for the issuer, or INVALID_ARGUMENT
     */
    public Authority create(Draft draft) {
        checkNew(draft);
        KeyVaults.Reference key = newKeys.reference(draft.name(), draft.key().vault());
        KeyPair keys = vaults.vault(key.vault()).generate(key.id(), draft.key().algorithm());
        return newKeys.keeping(key, () -> {
            List<Certificate> chain = draft.issuer().isPresent()
                    ? certification.issued(find(draft.issuer().get()), draft.subject(), keys)
                    : certification.selfSigned(draft.subject(), keys);
            return store(draft, key, chain);
        });
    }

    /**
     * Changes what an authority issues from now on.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND, INVALID_ARGUMENT, or what the precondition throws
     */
    public Authority change(String name, IssuingRules rules, Precondition precondition) {
        rules.check();
        Authority before = find(name);
        precondition.check(before.title(), Optional.of(before.etag()));
        Authority after = before.with(rules, Etag.random(random), clock.instant());
        authorities.put(after, new Precondition.Matches(before.etag()));
        return after;
    }

    /**
     * Forgets an authority and destroys its keys.
     *
     * @param whateverItIssued also one that has issued certificates, or has authorities below it
     * @throws Refusal AUTHORITY_NOT_FOUND, INVALID_ARGUMENT for one that is in use, or what the precondition throws
     */
    public void delete(String name, boolean whateverItIssued, Precondition precondition) {
        Authority authority = find(name);
        if (!whateverItIssued) {
            checkUnused(authority);
        }
        authorities.delete(name, precondition);
        authority
                .generations()
                .forEach(generation -> vaults.vault(generation.key().vault())
                        .delete(generation.key().id()));
    }

    private void checkUnused(Authority authority) {
        long count = authority.generations().stream().mapToLong(this::issued).sum();
        List<String> below = list().stream()
                .filter(other -> !other.name().equalsIgnoreCase(authority.name()))
                .filter(other -> other.isBelow(authority))
                .map(Authority::name)
                .toList();
        if (count > 0 || !below.isEmpty()) {
            throw new Refusal(
                    Reason.INVALID_ARGUMENT,
                    "The " + authority.title() + " is in use.",
                    new Explanation(
                            authority.title(),
                            "it has issued " + count + " certificates to devices, and below it are "
                                    + (below.isEmpty() ? "no authorities" : String.join(", ", below)),
                            "delete it by force (--force) if nobody needs its revocation lists and its key any more"));
        }
    }

    private void checkNew(Draft draft) {
        Authority.checkName(draft.name());
        draft.rules().check();
        new Precondition.Absent()
                .check(
                        "Certificate authority '" + draft.name() + "'",
                        authorities.find(draft.name()).map(Authority::etag));
    }

    private Authority store(Draft draft, KeyVaults.Reference key, List<Certificate> chain) {
        Instant now = clock.instant();
        Generation first = new Generation(1, key, draft.subject().commonName(), chain, now);
        Authority authority = new Authority(draft.name(), List.of(first), draft.rules(), Etag.random(random), now, now);
        authorities.put(authority, new Precondition.Absent());
        return authority;
    }
}
