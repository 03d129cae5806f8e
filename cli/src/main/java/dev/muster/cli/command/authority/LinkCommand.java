package dev.muster.cli.command.authority;

import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.LinkedAuthoritiesApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster authorities link}. */
@Command(
        name = "link",
        description = {
            "Let an authority elsewhere issue to devices whose enrollment names it, or change how it is linked.",
            "The server tries it out first. The secret is sent to the server, kept encrypted, and never shown."
        })
final class LinkCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Mixin
    private Listing listing = new Listing();

    @Parameters(paramLabel = "NAME", description = "What enrollments call it.")
    private String name = "";

    @ArgGroup(multiplicity = "1")
    private Place place = new Place();

    private static final class Place {
        @ArgGroup(exclusive = false)
        private @Nullable Est est;

        @ArgGroup(exclusive = false)
        private @Nullable Portal portal;
    }

    private static final class Est {
        @Option(
                names = "--est",
                paramLabel = "URL",
                required = true,
                description = "An EST server (RFC 7030), https://HOST[:PORT][/PATH].")
        private URI url = URI.create("");

        @Option(names = "--label", paramLabel = "LABEL", description = "Its label, where it has several authorities.")
        private Optional<String> label = Optional.empty();

        @Option(
                names = "--user",
                paramLabel = "NAME",
                description = "The account that may ask for all devices. Without it the key is one that the devices'"
                        + " own are derived from, as in an enrollment group with symmetric keys.")
        private Optional<String> user = Optional.empty();
    }

    private static final class Portal {
        @Option(
                names = "--portal",
                paramLabel = "URL",
                required = true,
                description = "A server with the portal CA's API, https://HOST[:PORT][/PATH].")
        private URI url = URI.create("");

        @Option(
                names = "--authority",
                paramLabel = "ID",
                required = true,
                description = "The CAID of the authority there, or what it is called.")
        private String authority = "";

        @Option(
                names = "--days",
                paramLabel = "N",
                description = "How long certificates are asked to last (default: as the authority has it, 90 at most).")
        private Optional<Integer> days = Optional.empty();
    }

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            required = true,
            description = "File with the password, the group's key or the portal's bearer token.")
    private Path keyFile = Path.of("");

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "PEM file with the CA that the other server's certificate leads to (default: those that this"
                    + " server trusts).")
    private Optional<Path> trust = Optional.empty();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Object> link = link();
        return server.perform((client, out) -> {
            LinkedAuthoritiesApi authorities = client.linkedAuthorities();
            Document linked = authorities.put(name, authorities.findIfThere(name), link);
            if (listing.isJson()) {
                out.println(linked);
            } else {
                out.println("Linked certificate authority '" + name + "': " + AuthoritiesCommand.linkedAt(linked)
                        + ". Name it in an enrollment with --issuer " + name + ".");
            }
        });
    }

    private Map<String, Object> link() throws IOException {
        Map<String, Object> link = new LinkedHashMap<>();
        String secret = Files.readString(keyFile).strip();
        Est est = place.est;
        if (est != null) {
            link.put("certificateAuthorityType", "EstCertificateAuthority");
            link.put("url", est.url.toString());
            est.label.ifPresent(label -> link.put("label", label));
            est.user.ifPresent(user -> link.put("userName", user));
            link.put(est.user.isPresent() ? "password" : "groupKey", secret);
        }
        Portal portal = place.portal;
        if (portal != null) {
            link.put("certificateAuthorityType", "PortalCertificateAuthority");
            link.put("url", portal.url.toString());
            link.put("authority", portal.authority);
            portal.days.ifPresent(days -> link.put("validityInDays", days));
            link.put("apiKey", secret);
        }
        if (trust.isPresent()) {
            link.put("trustedCertificates", Pem.write(Pem.certificates(Files.readAllBytes(trust.get()))));
        }
        return link;
    }
}
