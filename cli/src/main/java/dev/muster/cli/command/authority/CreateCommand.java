package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.AuthoritiesApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities create}. */
@Command(
        name = "create",
        description = {
            "Make a certificate authority, its key and its certificate.",
            "Without --root or --issuer it issues to devices below a root of its own, NAME-root, which is made first"
                    + " where it is missing."
        })
final class CreateCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(paramLabel = "NAME", description = "What to call it.")
    private String name = "";

    @ArgGroup
    private Place place = new Place();

    private static final class Place {
        @Option(names = "--root", description = "A root, which signs its own certificate, and other authorities'.")
        private boolean root;

        @Option(names = "--issuer", paramLabel = "NAME", description = "The authority that signs its certificate.")
        private Optional<String> issuer = Optional.empty();
    }

    @Option(
            names = "--path-length",
            paramLabel = "N",
            description = "How many authorities may follow below it (default: 0, so that it issues to devices alone).")
    private Optional<Integer> pathLength = Optional.empty();

    @Mixin
    private CertificateOptions certificate = new CertificateOptions();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return server.perform((client, out) -> {
            AuthoritiesApi authorities = client.authorities();
            Map<String, Object> draft = certificate.draft();
            draft.put("rules", rules.rules());
            pathLength.ifPresent(value -> draft.put("pathLength", value));
            if (!place.root) {
                draft.put("issuer", place.issuer.isPresent() ? place.issuer.get() : ownRoot(authorities, out));
            }
            Document created = authorities.create(name, draft);
            if (listing.isJson()) {
                out.println(created);
            } else {
                print(created, out);
            }
        });
    }

    private String ownRoot(AuthoritiesApi authorities, PrintWriter out) throws IOException, InterruptedException {
        String root = name + "-root";
        if (authorities.findIfThere(root).isEmpty()) {
            Document created = authorities.create(root, certificate.rootDraft());
            if (!listing.isJson()) {
                out.println("Created root '" + root + "': " + AuthoritiesCommand.described(created) + ".");
            }
        }
        return root;
    }

    private void print(Document created, PrintWriter out) {
        out.println((place.root ? "Created root '" : "Created certificate authority '") + name + "': "
                + AuthoritiesCommand.described(created) + ".");
        if (!place.root) {
            out.println("To let in the devices that have its certificates: muster authorities export " + name
                    + " --upload && muster groups create GROUP --ca " + name);
        }
    }
}
