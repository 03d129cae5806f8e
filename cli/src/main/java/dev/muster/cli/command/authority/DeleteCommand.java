package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities delete}. */
@Command(
        name = "delete",
        description = "Forget an authority and destroy its keys, for good; of one elsewhere, forget the link.")
final class DeleteCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "What the authority is called.")
    private String name = "";

    @Option(names = "--force", description = "Even if it has issued certificates, or has authorities below it.")
    private boolean forced;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            Optional<Document> link = client.authorities().findIfThere(name).isPresent()
                    ? Optional.empty()
                    : client.linkedAuthorities().findIfThere(name);
            if (link.isPresent()) {
                client.linkedAuthorities().delete(name, link.get());
                out.println("Deleted the link to certificate authority '" + name + "'.");
                return;
            }
            client.authorities().delete(name, forced);
            out.println("Deleted certificate authority '" + name + "'.");
        });
    }
}
