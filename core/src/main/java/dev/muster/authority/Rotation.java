package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.pki.Certificate;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Gives authorities new keys. What the old ones have issued stays good, and devices are let in by both, so that no
 * device has to be enrolled again. Safe for any number of threads.
 */
public final class Rotation {
    /** RFC 5280 appendix A.1, ub-common-name. */
    private static final int MAX_COMMON_NAME = 64;

    /** As many authorities as anyone has one below the other; for certificates that set no limit. */
    private static final int DEEPEST = 8;

    private final Authorities authorities;
    private final AuthorityRegistry registry;
    private final KeyVaults vaults;
    private final Followers followers;
    private final Transactions transactions;
    private final InstantSource clock;
    private final SecureRandom random;

    public Rotation(
            Authorities authorities,
            AuthorityRegistry registry,
            KeyVaults vaults,
            Followers followers,
            Transactions transactions,
            InstantSource clock,
            SecureRandom random) {
        this.authorities = authorities;
        this.registry = registry;
        this.vaults = vaults;
        this.followers = followers;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /**
     * How the next generation differs.
     *
     * @param commonName empty: the one before, numbered
     * @param algorithm empty: that of the one before
     * @param validity of its certificate; empty: the profile's
     * @param vault empty: that of the one before
     * @param crossSigned whether a root is signed by the one before as well, for those who trust that
     */
    public record Wish(
            Optional<String> commonName,
            Optional<KeyAlgorithm> algorithm,
            Optional<Duration> validity,
            Optional<String> vault,
            boolean crossSigned) {
        /** No difference but the key. */
        public static Wish same() {
            return new Wish(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
        }
    }

    /**
     * Makes the next generation of an authority under the same issuer, and lets devices in by it.
     *
     * @throws Refusal AUTHORITY_NOT_FOUND, or INVALID_ARGUMENT saying what is in the way
     */
    public Authority rotate(String name, Wish wish) {
        Authority before = registry.find(name);
        Generation old = before.current()
                .orElseThrow(() -> new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The " + before.title() + " has no certificate yet.",
                        new Explanation(
                                before.title(),
                                "its request is still to be signed by its own issuer",
                                "install its certificate, or delete it")));
        Certificate own = old.chain().getFirst();
        Optional<Authority> issuer = own.isSelfIssued() ? Optional.empty() : Optional.of(issuer(before, own));
        KeyVaults.Reference key = new Keys(vaults)
                .reference(before.name(), wish.vault().orElse(old.key().vault()));
        KeyPair keys = vaults.vault(key.vault()).generate(key.id(), algorithm(wish, own));
        return new Keys(vaults).keeping(key, () -> {
            Generation next = next(before, old, wish, issuer, key, keys);
            Authority after = before.with(next, Etag.random(random));
            return transactions.run(() -> {
                authorities.put(after, new Precondition.Matches(before.etag()));
                followers.follow(own, next.chain().getFirst());
                return after;
            });
        });
    }

    private Generation next(
            Authority authority,
            Generation old,
            Wish wish,
            Optional<Authority> issuer,
            KeyVaults.Reference key,
            KeyPair keys) {
        Certification certification = registry.certification();
        int number = authority.nextNumber();
        int depth = old.chain().getFirst().x509().getBasicConstraints();
        Subject subject = new Subject(
                wish.commonName().orElseGet(() -> numbered(old.commonName(), number)),
                wish.validity(),
                Math.min(depth, DEEPEST));
        List<Certificate> chain = issuer.isPresent()
                ? certification.issued(issuer.get(), subject, keys)
                : certification.selfSigned(subject, keys);
        List<Certificate> crossSigned =
                issuer.isEmpty() && wish.crossSigned() ? certification.crossSigned(old, subject, keys) : List.of();
        return new Generation(number, key, subject.commonName(), chain, crossSigned, clock.instant());
    }

    /** The generation's number at the end, in place of the one before's. */
    static String numbered(String commonName, int number) {
        String suffix = " G" + number;
        String plain = commonName.replaceFirst(" G\\d+$", "");
        return plain.substring(0, Math.min(plain.length(), MAX_COMMON_NAME - suffix.length())) + suffix;
    }

    private static KeyAlgorithm algorithm(Wish wish, Certificate own) {
        return wish.algorithm()
                .or(() -> KeyAlgorithm.of(own.x509().getPublicKey()))
                .orElse(KeyAlgorithm.EC_P384);
    }

    private Authority issuer(Authority authority, Certificate own) {
        return registry.list().stream()
                .filter(other -> other.hasSigned(own))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The issuer of the " + authority.title() + " is not of this server.",
                        new Explanation(
                                authority.title(),
                                own.issuer() + ", which signed its certificate, is none of this server's authorities",
                                "request a certificate for its next generation (muster authorities request "
                                        + authority.name() + "), have it signed there, and install it")));
    }
}
