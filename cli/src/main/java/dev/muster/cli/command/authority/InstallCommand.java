package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code muster authorities install}. */
@Command(name = "install", description = "Take in the certificate that was signed for a request.")
final class InstallCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(index = "0", paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FILE",
            description = "PEM files with the certificate and its issuers', up to the root.")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ByteArrayOutputStream certificates = new ByteArrayOutputStream();
        for (Path file : files) {
            certificates.writeBytes(Files.readAllBytes(file));
            certificates.write('\n');
        }
        return server.perform((client, out) -> {
            Document installed = client.authorities().install(name, certificates.toByteArray());
            if (listing.isJson()) {
                out.println(installed);
            } else {
                out.println("Installed the certificate of '" + name + "': " + AuthoritiesCommand.described(installed)
                        + ".");
            }
        });
    }
}
