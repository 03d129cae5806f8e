package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.certificate.CertPassword;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities import}. */
@Command(
        name = "import",
        description = "Take in an authority that was made elsewhere, with its key, which is sent to the server.")
final class ImportCommand implements Callable<Integer> {
    private static final String ENCRYPTED = "ENCRYPTED";

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(index = "0", paramLabel = "NAME", description = "What to call it.")
    private String name = "";

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "PKCS#12 file with key and certificates, or with --key a PEM file with the certificates.")
    private Path file = Path.of("");

    @Option(names = "--key", paramLabel = "KEYFILE", description = "PEM file with the key.")
    private Optional<Path> key = Optional.empty();

    @Mixin
    private CertPassword password = new CertPassword();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("rules", rules.rules());
        if (key.isPresent()) {
            String pem = Files.readString(key.get());
            made.put("key", pem);
            made.put("certificates", Files.readString(file, StandardCharsets.ISO_8859_1));
            if (pem.contains(ENCRYPTED)) {
                made.put("password", new String(password.read(key.get().toString())));
            }
        } else {
            made.put("pkcs12", Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            made.put("password", new String(password.read(file.toString())));
        }
        return server.perform((client, out) -> {
            Document imported = client.authorities().adopt(name, made);
            if (listing.isJson()) {
                out.println(imported);
            } else {
                out.println("Imported certificate authority '" + name + "': " + AuthoritiesCommand.described(imported)
                        + ".");
            }
        });
    }
}
