package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities rotate}. */
@Command(
        name = "rotate",
        description = {
            "Give an authority a new key and certificate under the same issuer. What the old one has issued stays good.",
            "Enrollment groups that have the old certificate get the new one in their free place, and CA certificates"
                    + " that were verified are followed by one for it, so that no device has to be enrolled again."
        })
final class RotateCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Mixin
    private CertificateOptions certificate = new CertificateOptions();

    @Option(
            names = "--cross-sign",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Sign a new root with the old one too, so that who trusts the old one accepts what is issued"
                    + " below the new one (default). Only roots are.")
    private boolean crossSign = true;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            Map<String, Object> wish = certificate.draft();
            wish.put("crossSign", crossSign);
            Document rotated = client.authorities().rotate(name, wish);
            if (listing.isJson()) {
                out.println(rotated);
            } else {
                out.println("Rotated '" + name + "': from now on it issues as " + AuthoritiesCommand.described(rotated)
                        + ".");
            }
        });
    }
}
