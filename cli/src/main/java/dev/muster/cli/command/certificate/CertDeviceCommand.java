package dev.muster.cli.command.certificate;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster cert device}. */
@Command(name = "device", description = "Make a device's certificate, signed by an authority or by itself.")
final class CertDeviceCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The registration id, which becomes the common name.")
    private String id = "";

    @Option(
            names = "--issuer",
            paramLabel = "NAME",
            description = "The authority that signs it, by the name of its files. Without one it is self-signed, and"
                    + " fit for an individual enrollment only.")
    private Optional<String> issuer = Optional.empty();

    @Mixin
    private CertOptions options = new CertOptions();

    @Option(
            names = "--pkcs12",
            description = "Also write key, certificate and issuers as one PKCS#12 file (.p12) with a password.")
    private boolean pkcs12;

    @Mixin
    private CertPassword password = new CertPassword();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        CertFiles files = CertFiles.named(options.directory(), id);
        CertOutput output = new CertOutput("device", options);
        output.checkFree(files.all());
        if (pkcs12) {
            output.checkFree(List.of(files.pkcs12()));
        }
        if (issuer.isPresent()) {
            CertAuthority authority = CertAuthority.find(options.directory(), issuer.get());
            CertOptions.Made made = options.issued(authority, CertificateProfile.device(), id);
            write(output, files, made, authority.chainOf(made.certificate()));
            output.print(
                    spec.commandLine().getOut(),
                    made.certificate(),
                    "Give the device " + files.chain() + " and " + files.key() + ". It registers as '" + id
                            + "' if an enrollment group has one of its issuers.");
        } else {
            CertOptions.Made made = options.selfSigned(CertificateProfile.device(), id);
            write(output, files, made, List.of(made.certificate()));
            output.print(
                    spec.commandLine().getOut(),
                    made.certificate(),
                    "Enroll the device: muster enrollments create " + id + " --certificate " + files.certificate(),
                    "Give the device " + files.chain() + " and " + files.key() + ".");
        }
        return 0;
    }

    private void write(CertOutput output, CertFiles files, CertOptions.Made made, List<Certificate> chain)
            throws IOException {
        // The password comes first: without it nothing is written.
        if (pkcs12) {
            char[] secret = password.read("the PKCS#12 file");
            try {
                output.writePkcs12(files, made, chain, secret);
            } finally {
                Arrays.fill(secret, '\0');
            }
        }
        output.write(files, made, chain);
    }
}
