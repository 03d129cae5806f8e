package dev.muster.cli.command;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Issuer;
import dev.muster.pki.Pem;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/** Certificates and keys in files that a user names. */
public final class CertificateFile {
    private static final String ENCRYPTED = "ENCRYPTED";

    private CertificateFile() {}

    /**
     * The first certificate of a PEM or DER file.
     *
     * @throws Refusal INVALID_ARGUMENT when there is none
     */
    public static Certificate read(Path file) throws IOException {
        return Pem.certificates(Files.readAllBytes(file)).getFirst();
    }

    /**
     * An authority with the private key in a PEM file, whose password is asked for on the terminal if it has one.
     *
     * @throws Refusal INVALID_ARGUMENT when the key cannot be read, or is not this certificate's
     */
    public static Issuer issuer(Certificate authority, Path keyFile) throws IOException {
        return Issuer.of(authority, readKey(keyFile), InstantSource.system(), new SecureRandom());
    }

    private static PrivateKey readKey(Path file) throws IOException {
        String text = Files.readString(file);
        Optional<char[]> password = text.contains(ENCRYPTED)
                ? Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .map(console -> console.readPassword("Password of %s: ", file))
                : Optional.empty();
        try {
            return Pem.privateKey(text, password);
        } finally {
            password.ifPresent(secret -> Arrays.fill(secret, ' '));
        }
    }
}
