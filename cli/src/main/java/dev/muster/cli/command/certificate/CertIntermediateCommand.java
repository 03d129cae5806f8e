package dev.muster.cli.command.certificate;

import dev.muster.pki.CertificateProfile;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster cert intermediate}. */
@Command(name = "intermediate", description = "Make an authority below another one.")
final class CertIntermediateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its common name, such as 'Plant 7'.")
    private String name = "";

    @Option(
            names = "--issuer",
            paramLabel = "NAME",
            required = true,
            description = "The authority that signs it, by the name of its files.")
    private String issuer = "";

    @Option(
            names = "--path-length",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many levels of authorities may follow below it (default: ${DEFAULT-VALUE}).")
    private int pathLength;

    @Mixin
    private CertOptions options = new CertOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (pathLength < 0) {
            throw new ParameterException(spec.commandLine(), "--path-length must be 0 or more");
        }
        CertFiles files = CertFiles.named(options.directory(), name);
        CertOutput output = new CertOutput("intermediate", options);
        output.checkFree(files.all());
        CertAuthority authority = CertAuthority.find(options.directory(), issuer);
        CertOptions.Made made = options.issued(authority, CertificateProfile.intermediate(pathLength), name);
        output.write(files, made, authority.chainOf(made.certificate()));
        output.print(
                spec.commandLine().getOut(),
                made.certificate(),
                "Let in the devices that it signs: muster groups create ID --certificate " + files.certificate(),
                "Make a device's certificate: muster cert device NAME --issuer " + files.base());
        return 0;
    }
}
