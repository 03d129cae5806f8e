package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import dev.muster.pki.AuthorityChain;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KeyBundle;
import dev.muster.pki.KnownAuthorities;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Authorities whose certificates somebody else has signed, such as a root that is kept offline, and those that were
 * made elsewhere. Safe for any number of threads.
 */
public final class ForeignIssuers {
    private final Authorities authorities;
    private final KeyVaults vaults;
    private final KnownAuthorities known;
    private final Followers followers;
    private final Transactions transactions;
    private final InstantSource clock;
    private final SecureRandom random;

    public ForeignIssuers(
            Authorities authorities,
            KeyVaults vaults,
            KnownAuthorities known,
            Followers followers,
            Transactions transactions,
            InstantSource clock,
            SecureRandom random) {
        this.authorities = authorities;
        this.vaults = vaults;
        this.known = known;
        this.followers = followers;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a key for a new authority, or for the next generation of one that is there, and the request for the
     * certificate to it. Asked again before the certificate is installed, it makes the request anew for the same key.
     *
     * @param draft whose issuer and, for one that is there, whose rules do not matter
     * @throws Refusal INVALID_ARGUMENT
     */
    public Csr request(Draft draft) {
        Optional<Authority> before = authorities.find(draft.name());
        Optional<Generation> waiting = before.flatMap(Authority::requested);
        if (waiting.isPresent()) {
            Generation generation = waiting.get();
            return Csr.of(generation.commonName(), vaults.keys(generation.key()));
        }
        Authority.checkName(draft.name());
        draft.rules().check();
        KeyVaults.Reference key =
                new Keys(vaults).reference(draft.name(), draft.key().vault());
        KeyPair keys = vaults.vault(key.vault()).generate(key.id(), draft.key().algorithm());
        return new Keys(vaults).keeping(key, () -> {
            Csr request = Csr.of(commonName(draft, before), keys);
            store(
                    draft,
                    before,
                    new Generation(number(before), key, commonName(draft, before), List.of(), clock.instant()));
            return request;
        });
    }

    private static int number(Optional<Authority> before) {
        return before.map(Authority::nextNumber).orElse(1);
    }

    /** A default name is numbered, so that generations can be told apart. */
    private static String commonName(Draft draft, Optional<Authority> before) {
        String wanted = draft.subject().commonName();
        boolean taken = before.stream()
                .flatMap(authority -> authority.generations().stream())
                .anyMatch(generation -> generation.commonName().equals(wanted));
        return taken ? Rotation.numbered(wanted, number(before)) : wanted;
    }

    private void store(Draft draft, Optional<Authority> before, Generation generation) {
        if (before.isPresent()) {
            authorities.put(
                    before.get().with(generation, Etag.random(random)),
                    new Precondition.Matches(before.get().etag()));
        } else {
            authorities.put(created(draft.name(), draft.rules(), generation), new Precondition.Absent());
        }
    }

    /**
     * Takes in the certificate that was requested. Devices that are let in by the generation before are let in by this
     * one too.
     *
     * @param certificates the certificate and its issuers', in any order; issuers that are known here may be left out
     * @throws Refusal AUTHORITY_NOT_FOUND, or INVALID_ARGUMENT saying what is wrong with which certificate
     */
    public Authority install(String name, List<Certificate> certificates) {
        Authority before = authorities
                .find(name)
                .orElseThrow(() -> new Refusal(
                        Reason.AUTHORITY_NOT_FOUND, "The certificate authority '" + name + "' does not exist."));
        Generation waiting = before.requested()
                .orElseThrow(() -> refused(
                        before.title(),
                        "it waits for no certificate",
                        "request one first (muster authorities request " + before.name() + ")"));
        Certificate own =
                ownOf(certificates, vaults.keys(waiting.key()).getPublic(), "the request of the " + before.title());
        if (!own.commonName().equals(Optional.of(waiting.commonName()))) {
            throw refused(
                    own.subject(),
                    "its common name is not '" + waiting.commonName() + "', which was requested",
                    "have the request signed with its own subject");
        }
        List<Certificate> chain = AuthorityChain.check(own, certificates, known, clock.instant());
        Optional<Certificate> old = before.current().flatMap(Generation::certificate);
        Authority after = before.installed(waiting, chain, Etag.random(random), clock.instant());
        return transactions.run(() -> {
            authorities.put(after, new Precondition.Matches(before.etag()));
            old.ifPresent(certificate -> followers.follow(certificate, own));
            return after;
        });
    }

    /**
     * Takes in an authority that was made elsewhere, with its key.
     *
     * @throws Refusal ALREADY_EXISTS, or INVALID_ARGUMENT saying what is wrong with the key or which certificate
     */
    public Authority adopt(String name, KeyBundle bundle, String vault, IssuingRules rules) {
        Authority.checkName(name);
        rules.check();
        new Precondition.Absent()
                .check(
                        "Certificate authority '" + name + "'",
                        authorities.find(name).map(Authority::etag));
        Certificate own = bundle.certificates().stream()
                .filter(certificate -> isOf(certificate, bundle))
                .findFirst()
                .orElseThrow(() -> refused(
                        "the private key",
                        "it belongs to none of the " + bundle.certificates().size() + " certificates",
                        "give the certificate to this key"));
        List<Certificate> chain = AuthorityChain.check(own, bundle.certificates(), known, clock.instant());
        KeyVaults.Reference key = new Keys(vaults).reference(name, vault);
        vaults.vault(vault).keep(key.id(), new KeyPair(own.x509().getPublicKey(), bundle.key()));
        return new Keys(vaults).keeping(key, () -> {
            Generation first = new Generation(1, key, own.commonName().orElse(name), chain, clock.instant());
            Authority authority = created(name, rules, first);
            authorities.put(authority, new Precondition.Absent());
            return authority;
        });
    }

    private Authority created(String name, IssuingRules rules, Generation first) {
        Instant now = first.created();
        return new Authority(name, List.of(first), rules, Etag.random(random), now, now);
    }

    private static boolean isOf(Certificate certificate, KeyBundle bundle) {
        return Issuer.belongTogether(new KeyPair(certificate.x509().getPublicKey(), bundle.key()));
    }

    private static Certificate ownOf(List<Certificate> certificates, PublicKey key, String whose) {
        return certificates.stream()
                .filter(certificate -> certificate.x509().getPublicKey().equals(key))
                .findFirst()
                .orElseThrow(() -> refused(
                        "the certificates, "
                                + certificates.stream()
                                        .map(Certificate::subject)
                                        .toList(),
                        "none has the key of " + whose + " (" + KeyAlgorithm.describe(key) + ")",
                        "install the certificate that was signed for this very request"));
    }

    private static Refusal refused(String subject, String rule, String remedy) {
        return new Refusal(
                Reason.INVALID_ARGUMENT,
                "The certificate cannot be installed.",
                new Explanation(subject, rule, remedy));
    }
}
