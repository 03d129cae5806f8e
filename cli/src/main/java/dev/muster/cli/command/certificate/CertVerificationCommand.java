package dev.muster.cli.command.certificate;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code muster cert verification}. */
@Command(
        name = "verification",
        description = "Make the certificate that proves possession of a CA's key, here or at Azure.")
final class CertVerificationCommand implements Callable<Integer> {
    @Option(names = "--ca", paramLabel = "FILE", required = true, description = "The CA certificate to be verified.")
    private Path authority = Path.of("");

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "Its private key.")
    private Path key = Path.of("");

    @Option(names = "--code", paramLabel = "CODE", required = true, description = "The verification code.")
    private String code = "";

    @Mixin
    private CertOptions options = new CertOptions();

    @Mixin
    private CertPassword password = new CertPassword();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        CertFiles files = CertFiles.named(options.directory(), "verification");
        CertOutput output = new CertOutput("verification", options);
        output.checkFree(List.of(files.certificate()));
        CertAuthority signer = CertAuthority.read(authority, key, Optional.empty(), password);
        Certificate verification =
                options.issued(signer, CertificateProfile.verification(), code).certificate();
        // Its key was needed for a moment only: the proof lies in the signature above it.
        output.write(files.certificate(), verification);
        output.print(
                spec.commandLine().getOut(),
                verification,
                "Hand in " + files.certificate() + " where the code came from.");
        return 0;
    }
}
