package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** The owner's certificate authorities. Safe for any number of threads. */
public final class AuthorityRegistry {
    private final Authorities authorities;
    private final KeyVaults vaults;
    private final InstantSource clock;
    private final SecureRandom random;

    public AuthorityRegistry(Authorities authorities, KeyVaults vaults, InstantSource clock, SecureRandom random) {
        this.authorities = authorities;
        this.vaults = vaults;
        this.clock = clock;
        this.random = random;
    }

    /**
     * An authority as its owner wants it.
     *
     * @param commonName in its certificate's subject
     * @param issuer the authority that signs its certificate; empty: itself, as a root
     * @param validity of its own certificate; empty: the profile's
     * @param vault where its key is kept
     */
    public record Draft(
            String name,
            String commonName,
            Optional<String> issuer,
            KeyAlgorithm algorithm,
            Optional<Duration> validity,
            String vault,
            IssuingRules rules) {}

    /** @throws Refusal AUTHORITY_NOT_FOUND */
    public Authority find(String name) {
        return authorities
                .find(name)
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND, "The certificate authority '" + name + "' does not exist."));
    }

    /** In the order of their names. */
    public List<Authority> list() {
        return authorities.list();
    }

    /**
     * Makes an authority, its key and its certificate.
     *
     * @throws Refusal ALREADY_EXISTS, AUTHORITY_NOT_FOUND for the issuer, or INVALID_ARGUMENT
     */
    public Authority create(Draft draft) {
        Authority.checkName(draft.name());
        draft.rules().check();
        new Precondition.Absent()
                .check(
                        "Certificate authority '" + draft.name() + "'",
                        authorities.find(draft.name()).map(Authority::etag));
        KeyVaults.Reference key = new KeyVaults.Reference(draft.vault(), draft.name() + "-" + UUID.randomUUID());
        KeyPair keys = vaults.vault(draft.vault()).generate(key.id(), draft.algorithm());
        try {
            Instant now = clock.instant();
            Generation first = new Generation(1, key, draft.commonName(), certified(draft, keys), now);
            Authority authority =
                    new Authority(draft.name(), List.of(first), draft.rules(), Etag.random(random), now, now);
            authorities.put(authority, new Precondition.Absent());
            return authority;
        } catch (Refusal refusal) {
            vaults.vault(draft.vault()).delete(key.id());
            throw refusal;
        }
    }

    private List<Certificate> certified(Draft draft, KeyPair keys) {
        if (draft.issuer().isEmpty()) {
            return List.of(Issuer.selfSigned(draft.commonName(), keys, clock, random)
                    .issue(new Issuer.Request(
                            CertificateProfile.root(),
                            draft.commonName(),
                            keys.getPublic(),
                            List.of(),
                            draft.validity())));
        }
        Authority above = find(draft.issuer().get());
        Generation signing = above.current()
                .orElseThrow(() ->
                        new Refusal(Reason.INVALID_ARGUMENT, "The " + above.title() + " has no certificate yet."));
        Certificate own = signing.chain().getFirst();
        Certificate certificate = Issuer.of(own, vaults.keys(signing.key()).getPrivate(), clock, random)
                .issue(new Issuer.Request(
                        CertificateProfile.intermediate(0),
                        draft.commonName(),
                        keys.getPublic(),
                        List.of(),
                        draft.validity()));
        return Stream.concat(Stream.of(certificate), signing.chain().stream()).toList();
    }
}
