package dev.muster.cli.command.revocation;

import dev.muster.cli.command.ServerOptions;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster certificates revoke}. */
@Command(
        name = "revoke",
        description = "Refuse a certificate from now on, or all that a device has, and end the connections that were"
                + " made with it. Revoking an authority's certificate revokes all that it has issued.")
public final class RevokeCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @ArgGroup(multiplicity = "1")
    private Subject subject = new Subject();

    @Mixin
    private RevocationOptions options = new RevocationOptions();

    private static final class Subject {
        @Parameters(
                paramLabel = "FILE|THUMBPRINT",
                description = "PEM or DER file with the certificate, or its SHA-256 thumbprint.")
        private @Nullable String certificate;

        @Option(names = "--device", paramLabel = "ID", description = "A device, with all certificates it has.")
        private @Nullable String device;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Object> wish = wish();
        return server.perform((client, out) ->
                RevocationOptions.print(out, client.revocations().revoke(wish)));
    }

    private Map<String, Object> wish() throws IOException {
        if (subject.device != null) {
            return options.wish("deviceId", subject.device);
        }
        String certificate = String.valueOf(subject.certificate);
        Path file = Path.of(certificate);
        return Files.exists(file)
                ? options.wish(
                        "certificate",
                        Pem.write(Pem.certificates(Files.readAllBytes(file)).getFirst()))
                : options.wish("thumbprint", certificate);
    }
}
