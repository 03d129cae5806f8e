package dev.muster.cli.command.authority;

import dev.muster.cli.command.ServerOptions;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities export}. */
@Command(name = "export", description = "Write the certificate of an authority, or its chain, in PEM. Keys stay.")
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Option(names = "--chain", description = "With its issuers' certificates, up to the root.")
    private boolean chain;

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Of that generation instead of the one that issues.")
    private Optional<Integer> generation = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it instead of printing it.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--upload",
            description = "Add it to the CA certificates of the provisioning service instead, under the authority's"
                    + " name and verified, since the key is this server's; for 'muster groups create --ca NAME'.")
    private boolean upload;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            OptionalInt number = generation.map(OptionalInt::of).orElseGet(OptionalInt::empty);
            List<Certificate> all = Pem.certificates(client.authorities().chain(name, number));
            String pem = Pem.write(chain ? all : all.subList(0, 1));
            if (upload) {
                client.certificates().add(name, all.getFirst(), true);
                out.println(
                        "Added CA certificate '" + name + "', " + all.getFirst().subject() + ", as verified.");
            } else if (file.isPresent()) {
                Files.writeString(file.get(), pem);
                out.println("Wrote " + file.get() + ".");
            } else {
                out.print(pem);
            }
        });
    }
}
