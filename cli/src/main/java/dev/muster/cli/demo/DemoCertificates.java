package dev.muster.cli.demo;

import dev.muster.cli.client.DeviceCredential;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The chains of trust of the story. */
final class DemoCertificates {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final InstantSource CLOCK = InstantSource.system();

    private DemoCertificates() {}

    /** A certificate authority with what it signs with. */
    record Authority(Certificate certificate, Issuer issuer) {}

    static Authority root(String name) {
        KeyPair keys = newKeys();
        Certificate certificate = Issuer.selfSigned(name, keys, CLOCK, RANDOM)
                .issue(Issuer.Request.of(CertificateProfile.root(), name, keys.getPublic()));
        return authority(certificate, keys);
    }

    static Authority intermediate(String name, Authority above) {
        KeyPair keys = newKeys();
        Certificate certificate =
                above.issuer().issue(Issuer.Request.of(CertificateProfile.intermediate(0), name, keys.getPublic()));
        return authority(certificate, keys);
    }

    /** A device with the chain that it shows: its own certificate and the authority's. */
    static DeviceCredential device(String id, Authority authority) {
        KeyPair keys = newKeys();
        Certificate leaf =
                authority.issuer().issue(Issuer.Request.of(CertificateProfile.device(), id, keys.getPublic()));
        return new DeviceCredential(List.of(leaf, authority.certificate()), keys.getPrivate());
    }

    private static Authority authority(Certificate certificate, KeyPair keys) {
        return new Authority(certificate, Issuer.of(certificate, keys.getPrivate(), CLOCK, RANDOM));
    }

    private static KeyPair newKeys() {
        return KeyAlgorithm.EC_P256.generate(RANDOM);
    }
}
