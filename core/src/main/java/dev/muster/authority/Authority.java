package dev.muster.authority;

import dev.muster.base.Etag;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A certificate authority of this process, under one name through all its keys: a rotation adds a generation, and what
 * the older ones have issued stays good. Immutable.
 *
 * @param name the owner's name for it, compared without regard to case
 * @param generations newest first; at least one
 */
public record Authority(
        String name, List<Generation> generations, IssuingRules rules, Etag etag, Instant created, Instant updated) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,47}");

    public Authority {
        generations = List.copyOf(generations);
        if (generations.isEmpty()) {
            throw new IllegalArgumentException("an authority has a key");
        }
    }

    /**
     * A key of an authority, and the certificate to it.
     *
     * @param number from 1
     * @param commonName in the subject of its certificate
     * @param chain its own certificate first, then its issuers' up to the root; empty as long as others have to sign it
     * @param crossSigned a root's own certificate as the generation before has signed it, then that one's issuers' up
     *     to the root; empty for all that were not cross-signed
     */
    public record Generation(
            int number,
            KeyVaults.Reference key,
            String commonName,
            List<Certificate> chain,
            List<Certificate> crossSigned,
            Instant created) {
        public Generation {
            chain = List.copyOf(chain);
            crossSigned = List.copyOf(crossSigned);
        }

        public Generation(
                int number, KeyVaults.Reference key, String commonName, List<Certificate> chain, Instant created) {
            this(number, key, commonName, chain, List.of(), created);
        }

        /**
         * What a certificate that this key has signed is sent with: whoever trusts the newest root has it, and whoever
         * trusts the one before is led there.
         */
        public List<Certificate> issuers() {
            return crossSigned.isEmpty() ? chain : crossSigned;
        }

        public Optional<Certificate> certificate() {
            return chain.stream().findFirst();
        }

        Generation with(List<Certificate> otherChain) {
            return new Generation(number, key, commonName, otherChain, crossSigned, created);
        }
    }

    /** @throws Refusal INVALID_ARGUMENT */
    static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "A certificate authority's name has 1 to 48 letters, digits, '.', '_' or '-' and begins with a"
                            + " letter or a digit.");
        }
    }

    /** The one that issues: the newest that has a certificate. */
    public Optional<Generation> current() {
        return generations.stream()
                .filter(generation -> generation.certificate().isPresent())
                .findFirst();
    }

    /** Whether the other has signed the certificate of one of its generations. */
    boolean isBelow(Authority other) {
        return generations.stream()
                .flatMap(generation -> generation.certificate().stream())
                .anyMatch(other::hasSigned);
    }

    /** Whether one of its generations has signed a certificate. */
    boolean hasSigned(Certificate certificate) {
        return generations.stream()
                .flatMap(generation -> generation.certificate().stream())
                .anyMatch(own -> certificate.issuer().equals(own.subject()) && certificate.isSignedBy(own));
    }

    int nextNumber() {
        return generations.getFirst().number() + 1;
    }

    /** The one that waits for its certificate. */
    Optional<Generation> requested() {
        return generations.stream()
                .filter(generation -> generation.certificate().isEmpty())
                .findFirst();
    }

    /** This one with another newest generation. */
    Authority with(Generation next, Etag newEtag) {
        return new Authority(
                name,
                Stream.concat(Stream.of(next), generations.stream()).toList(),
                rules,
                newEtag,
                created,
                next.created());
    }

    /** This one, the generation's chain known. */
    Authority installed(Generation requested, List<Certificate> chain, Etag newEtag, Instant now) {
        return new Authority(
                name,
                generations.stream()
                        .map(each -> each.number() == requested.number() ? each.with(chain) : each)
                        .toList(),
                rules,
                newEtag,
                created,
                now);
    }

    Authority with(IssuingRules otherRules, Etag newEtag, Instant now) {
        return new Authority(name, generations, otherRules, newEtag, created, now);
    }

    /** Names it to its owner. */
    public String title() {
        return "certificate authority '" + name + "'";
    }
}
