package dev.muster.cli.command.certificate;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import dev.muster.pki.Issuer;
import dev.muster.pki.KeyAlgorithm;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that makes a certificate can be told, and the making itself. */
final class CertOptions {
    private static final int MAX_DAYS = 36_500;

    private final SecureRandom random = new SecureRandom();

    @Option(
            names = "--key-algorithm",
            paramLabel = "ALGORITHM",
            defaultValue = "ec-p256",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private KeyAlgorithm algorithm = KeyAlgorithm.EC_P256;

    private Optional<Duration> validity = Optional.empty();

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where files are read and written (default: the current one).")
    private Path directory = Path.of(".");

    @Option(names = "--force", description = "Overwrite files that exist.")
    private boolean force;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--days",
            paramLabel = "N",
            description =
                    "How long it is valid, but never longer than its issuer (default: root 7300, intermediate 3650,"
                            + " device 365, verification 1).")
    void days(int days) {
        if (days < 1 || days > MAX_DAYS) {
            throw new ParameterException(spec.commandLine(), "--days must be 1 to " + MAX_DAYS + ", not " + days);
        }
        validity = Optional.of(Duration.ofDays(days));
    }

    /** A certificate and the key that was made for it. */
    record Made(Certificate certificate, PrivateKey key) {
        @Override
        public String toString() {
            return certificate.subject();
        }
    }

    Made selfSigned(CertificateProfile profile, String name) {
        KeyPair keys = algorithm.generate(random);
        return make(Issuer.selfSigned(name, keys, InstantSource.system(), random), profile, name, keys);
    }

    Made issued(CertAuthority authority, CertificateProfile profile, String name) {
        Issuer issuer = Issuer.of(authority.certificate(), authority.key(), InstantSource.system(), random);
        return make(issuer, profile, name, algorithm.generate(random));
    }

    private Made make(Issuer issuer, CertificateProfile profile, String name, KeyPair keys) {
        return new Made(
                issuer.issue(new Issuer.Request(profile, name, keys.getPublic(), List.of(), validity)),
                keys.getPrivate());
    }

    Path directory() {
        return directory;
    }

    boolean force() {
        return force;
    }

    boolean json() {
        return json;
    }
}
