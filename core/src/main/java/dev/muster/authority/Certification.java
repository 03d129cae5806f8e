package dev.muster.authority;

import dev.muster.authority.Authority.Generation;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes the certificates of authorities. Safe for any number of threads. */
final class Certification {
    private final KeyVaults vaults;
    private final Function<Certificate, Issuer.Pointers> pointers;
    private final InstantSource clock;
    private final SecureRandom random;

    Certification(
            KeyVaults vaults,
            Function<Certificate, Issuer.Pointers> pointers,
            InstantSource clock,
            SecureRandom random) {
        this.vaults = vaults;
        this.pointers = pointers;
        this.clock = clock;
        this.random = random;
    }

    /** The chain of a root, which is its certificate. */
    List<Certificate> selfSigned(Subject subject, KeyPair keys) {
        return List.of(Issuer.selfSigned(subject.commonName(), keys, clock, random)
                .issue(request(CertificateProfile.root(), subject, keys)));
    }

    /**
     * The chain of an authority below another: its certificate, then its issuers'.
     *
     * @throws Refusal INVALID_ARGUMENT when the other cannot sign such a certificate
     */
    List<Certificate> issued(Authority above, Subject subject, KeyPair keys) {
        Generation signing = above.current()
                .orElseThrow(() ->
                        new Refusal(Reason.INVALID_ARGUMENT, "The " + above.title() + " has no certificate yet."));
        Certificate certificate =
                issuer(signing).issue(request(CertificateProfile.intermediate(subject.pathLength()), subject, keys));
        return Stream.concat(Stream.of(certificate), signing.issuers().stream()).toList();
    }

    /** A root's key, certified by the root before; then that one's issuers. */
    List<Certificate> crossSigned(Generation before, Subject subject, KeyPair keys) {
        CertificateProfile profile = new CertificateProfile(
                "cross-signed root",
                true,
                OptionalInt.empty(),
                CertificateProfile.root().validity(),
                List.of());
        Certificate certificate = issuer(before).issue(request(profile, subject, keys));
        return Stream.concat(Stream.of(certificate), before.issuers().stream()).toList();
    }

    private Issuer issuer(Generation generation) {
        Certificate own = generation.chain().getFirst();
        return Issuer.of(own, vaults.keys(generation.key()).getPrivate(), clock, random)
                .pointingTo(pointers.apply(own));
    }

    private static Issuer.Request request(CertificateProfile profile, Subject subject, KeyPair keys) {
        return new Issuer.Request(profile, subject.commonName(), keys.getPublic(), List.of(), subject.validity());
    }
}
