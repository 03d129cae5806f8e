package dev.muster.cli.client.load;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * A throw-away factory: a root, an intermediate and as many devices as are asked for, P-256 throughout, each device
 * with a key of its own. Safe for any number of threads.
 */
public final class Fleet {
    private final SecureRandom random = new SecureRandom();
    private final Certificate intermediate;
    private final Issuer issuer;

    public Fleet(InstantSource clock) {
        KeyPair rootKeys = newKeys();
        String rootName = "Muster bench root";
        Certificate root = Issuer.selfSigned(rootName, rootKeys, clock, random)
                .issue(Issuer.Request.of(CertificateProfile.root(), rootName, rootKeys.getPublic()));
        KeyPair keys = newKeys();
        this.intermediate = Issuer.of(root, rootKeys.getPrivate(), clock, random)
                .issue(Issuer.Request.of(
                        CertificateProfile.intermediate(0), "Muster bench intermediate", keys.getPublic()));
        this.issuer = Issuer.of(intermediate, keys.getPrivate(), clock, random);
    }

    /** What the owner of the fleet enrolls. */
    public Certificate intermediate() {
        return intermediate;
    }

    /**
     * Makes devices, on every core.
     *
     * @param suffix ends their ids, which begin at random so that they fall anywhere into a store's index
     */
    public List<LoadDevice> devices(String suffix, int count) {
        return IntStream.range(0, count)
                .parallel()
                .mapToObj(_ ->
                        device("%016x-%s".formatted(ThreadLocalRandom.current().nextLong(), suffix)))
                .toList();
    }

    private LoadDevice device(String registrationId) {
        KeyPair keys = newKeys();
        Certificate leaf =
                issuer.issue(Issuer.Request.of(CertificateProfile.device(), registrationId, keys.getPublic()));
        return new LoadDevice(registrationId, keys.getPrivate(), List.of(leaf, intermediate));
    }

    private KeyPair newKeys() {
        return KeyAlgorithm.EC_P256.generate(random);
    }
}
