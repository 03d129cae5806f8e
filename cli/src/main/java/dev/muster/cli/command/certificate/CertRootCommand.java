package dev.muster.cli.command.certificate;

import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code muster cert root}. */
@Command(name = "root", description = "Make a root: an authority that signs itself, and others.")
final class CertRootCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its common name, such as 'Plant root'.")
    private String name = "";

    @Mixin
    private CertOptions options = new CertOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        CertFiles files = CertFiles.named(options.directory(), name);
        CertOutput output = new CertOutput("root", options);
        output.checkFree(files.all());
        CertOptions.Made made = options.selfSigned(CertificateProfile.root(), name);
        Certificate root = made.certificate();
        output.write(files, made, List.of(root));
        output.print(
                spec.commandLine().getOut(),
                root,
                "Upload it and prove that you hold its key: muster certificates add --name NAME --key " + files.key()
                        + " " + files.certificate(),
                "Keep " + files.key() + " off line once your intermediates are made: muster cert intermediate NAME"
                        + " --issuer " + files.base());
        return 0;
    }
}
