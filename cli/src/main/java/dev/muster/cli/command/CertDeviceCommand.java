package dev.muster.cli.command;

import dev.muster.pki.CertificateProfile;
import java.io.IOException;
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

    @Mixin
    private CertPassword password = new CertPassword();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        CertFiles files = CertFiles.named(options.directory(), id);
        CertOutput output = new CertOutput("device", options, password);
        output.checkFree(files);
        if (issuer.isPresent()) {
            CertAuthority authority = CertAuthority.find(options.directory(), issuer.get());
            CertOptions.Made made = options.issued(authority, CertificateProfile.device(), id);
            output.write(files, made, authority.chainOf(made.certificate()));
            output.print(
                    spec.commandLine().getOut(),
                    made.certificate(),
                    "Give the device " + files.chain() + " and " + files.key() + ". It registers as '" + id
                            + "' if an enrollment group has one of its issuers.");
        } else {
            CertOptions.Made made = options.selfSigned(CertificateProfile.device(), id);
            output.write(files, made, List.of(made.certificate()));
            output.print(
                    spec.commandLine().getOut(),
                    made.certificate(),
                    "Enroll the device: muster enrollments create " + id + " --certificate " + files.certificate(),
                    "Give the device " + files.chain() + " and " + files.key() + ".");
        }
        return 0;
    }
}
