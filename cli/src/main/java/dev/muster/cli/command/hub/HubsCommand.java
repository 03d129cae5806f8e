package dev.muster.cli.command.hub;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.ConnectionString;
import dev.muster.cli.client.owner.LinkedHubsApi;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster hubs}: the hubs that devices are assigned to. */
@Command(
        name = "hubs",
        description = "Hubs that devices are assigned to: this server's own, and those of others that are linked.",
        subcommands = {
            HubsCommand.ListAll.class,
            HubsCommand.Show.class,
            HubsCommand.Link.class,
            HubsCommand.Change.class,
            HubsCommand.Policy.class,
            HubsCommand.Unlink.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class HubsCommand {
    /** What an owner says of a hub. */
    private static final class Terms {
        @Option(names = "--weight", paramLabel = "N", description = "Its share of the devices, 1 to 1000.")
        private Optional<Integer> weight = Optional.empty();

        @Option(
                names = "--assign",
                paramLabel = "YES|NO",
                arity = "1",
                description = "Whether devices are assigned to it: true or false.")
        private Optional<Boolean> assign = Optional.empty();

        @Option(names = "--location", paramLabel = "TEXT", description = "Where it is; nothing depends on it.")
        private Optional<String> location = Optional.empty();

        Map<String, Object> addTo(Map<String, Object> hub) {
            weight.ifPresent(value -> hub.put("allocationWeight", value));
            assign.ifPresent(value -> hub.put("applyAllocationPolicy", value));
            location.ifPresent(value -> hub.put("location", value));
            return hub;
        }
    }

    /** {@code muster hubs list}. */
    @Command(name = "list", description = "List the hubs.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                Document service = client.linkedHubs().read();
                listing.print(
                        out,
                        LinkedHubsApi.hubs(service),
                        "There are no hubs.",
                        new Table("NAME", "WEIGHT", "ASSIGNED TO", "LOCATION", "CONNECTION STRING"),
                        hub -> new String[] {
                            hub.text("name"),
                            hub.text("allocationWeight"),
                            hub.isTrue("applyAllocationPolicy") ? "yes" : "no",
                            hub.text("location"),
                            hub.text("connectionString")
                        });
                if (!listing.isJson()) {
                    out.println("allocation policy  " + LinkedHubsApi.allocationPolicy(service));
                }
            });
        }
    }

    /** {@code muster hubs show}. */
    @Command(name = "show", description = "Show a hub.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Listing listing = new Listing();

        @Parameters(paramLabel = "NAME", description = "Host name of the hub.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform(
                    (client, out) -> listing.show(out, find(client.linkedHubs().read(), name)));
        }
    }

    /** {@code muster hubs link}. */
    @Command(name = "link", description = "Link a hub of another server, or change how it is reached.")
    static final class Link implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Terms terms = new Terms();

        @Parameters(
                paramLabel = "FILE",
                description = "File with the hub's connection string, of a policy that has RegistryWrite and"
                        + " ServiceConnect. It is a secret, so it is not taken from the command line.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws IOException, InterruptedException {
            String connectionString = Files.readString(file).strip();
            String name =
                    ConnectionString.parse(connectionString, file.toString()).host();
            Map<String, Object> hub = new LinkedHashMap<>();
            hub.put("connectionString", connectionString);
            return server.perform((client, out) -> {
                LinkedHubsApi hubs = client.linkedHubs();
                hubs.put(hubs.read(), name, terms.addTo(hub));
                out.println("Linked hub '" + name + "'.");
            });
        }
    }

    /** {@code muster hubs change}. */
    @Command(name = "change", description = "Change a hub's share of the devices; what is not named stays as it is.")
    static final class Change implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Mixin
        private Terms terms = new Terms();

        @Parameters(paramLabel = "NAME", description = "Host name of the hub.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                LinkedHubsApi hubs = client.linkedHubs();
                Document service = hubs.read();
                Map<String, Object> hub = new LinkedHashMap<>();
                hub.put("name", find(service, name).text("name"));
                hubs.put(service, name, terms.addTo(hub));
                out.println("Changed hub '" + name + "'.");
            });
        }
    }

    /** {@code muster hubs policy}. */
    @Command(name = "policy", description = "Say how hubs are chosen where an enrollment does not.")
    static final class Policy implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "POLICY", description = "Hashed, GeoLatency or Static.")
        private String policy = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                LinkedHubsApi hubs = client.linkedHubs();
                Document changed = hubs.changeAllocationPolicy(hubs.read(), policy);
                out.println("The allocation policy is " + LinkedHubsApi.allocationPolicy(changed) + ".");
            });
        }
    }

    /** {@code muster hubs unlink}. */
    @Command(name = "unlink", description = "Unlink a hub of another server; devices that it has stay where they are.")
    static final class Unlink implements Callable<Integer> {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Parameters(paramLabel = "NAME", description = "Host name of the hub.")
        private String name = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return server.perform((client, out) -> {
                LinkedHubsApi hubs = client.linkedHubs();
                Document service = hubs.read();
                hubs.remove(service, find(service, name).text("name"));
                out.println("Unlinked hub '" + name + "'.");
            });
        }
    }

    private static Document find(Document service, String name) {
        List<Document> linked = LinkedHubsApi.hubs(service);
        return linked.stream()
                .filter(hub -> hub.text("name").equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "There is no hub '" + name + "'.",
                        new Explanation(
                                "hub '" + name + "'",
                                "linked are "
                                        + linked.stream()
                                                .map(hub -> hub.text("name"))
                                                .collect(Collectors.joining(", ")),
                                "name one of these, or link it with 'muster hubs link'")));
    }
}
