package dev.muster.cli.command.authority;

import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities request}. */
@Command(
        name = "request",
        description =
                "Make the key of a new authority, or a new key of one that is there, and the request for a"
                        + " certificate that is signed elsewhere, such as by a root that is kept offline. 'install' takes it in.")
final class RequestCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "What to call it.")
    private String name = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write the request instead of printing it.")
    private Optional<Path> file = Optional.empty();

    @Mixin
    private CertificateOptions certificate = new CertificateOptions();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            Map<String, Object> draft = certificate.draft();
            draft.put("rules", rules.rules());
            String request = client.authorities().request(name, draft);
            if (file.isPresent()) {
                Files.writeString(file.get(), request);
                out.println("Wrote " + file.get()
                        + ". Have it signed as an authority's, then: muster authorities install " + name + " FILE");
            } else {
                out.print(request);
            }
        });
    }
}
