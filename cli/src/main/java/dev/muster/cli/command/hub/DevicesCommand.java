package dev.muster.cli.command.hub;

import dev.muster.base.Refusal;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.owner.DevicesApi;
import dev.muster.cli.command.CertificateFile;
import dev.muster.cli.command.Listing;
import dev.muster.cli.command.ServerOptions;
import dev.muster.cli.command.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster devices}: the devices that a hub knows. */
@Command(
        name = "devices",
        description = "Devices of a hub; those that register come to be there by themselves.",
        subcommands = {
            DevicesCommand.Create.class,
            DevicesCommand.ListAll.class,
            DevicesCommand.Show.class,
            DevicesCommand.Enable.class,
            DevicesCommand.Disable.class,
            DevicesCommand.Keys.class,
            DevicesCommand.Twin.class,
            DevicesCommand.Delete.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class DevicesCommand {
    /** Which hub, and how to talk to it. */
    private static final class HubOptions {
        @Mixin
        private ServerOptions server = new ServerOptions();

        @Option(names = "--hub", paramLabel = "NAME", description = "Host name of the hub, where a server has several.")
        private Optional<String> hub = Optional.empty();

        @FunctionalInterface
        interface Work {
            void run(DevicesApi devices, PrintWriter out) throws IOException, InterruptedException;
        }

        int perform(Work work) throws IOException, InterruptedException {
            return server.perform((client, out) -> work.run(client.devices(hub), out));
        }
    }

    /** {@code muster devices create}. */
    @Command(name = "create", description = "Make a device that does not register; with keys unless told otherwise.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Option(
                names = "--certificate",
                paramLabel = "FILE",
                description = "PEM or DER file with the device's certificate, self-signed or not; without it the hub"
                        + " makes two keys.")
        private Optional<Path> certificate = Optional.empty();

        @Override
        public Integer call() throws IOException, InterruptedException {
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("deviceId", id);
            device.put("status", "enabled");
            device.put("authentication", authentication());
            return hub.perform((devices, out) -> {
                devices.create(Document.of(device));
                out.println("Created device '" + id + "'.");
            });
        }

        private Map<String, ?> authentication() throws IOException {
            if (certificate.isEmpty()) {
                return Map.of("type", "sas");
            }
            String thumbprint =
                    CertificateFile.read(certificate.get()).thumbprint().hex();
            return Map.of("type", "selfSigned", "x509Thumbprint", Map.of("primaryThumbprint", thumbprint));
        }
    }

    /** {@code muster devices list}. */
    @Command(name = "list", description = "List the devices, a thousand at most.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Mixin
        private Listing listing = new Listing();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> {
                List<Document> found =
                        devices.list().stream().map(DevicesCommand::withoutKeys).toList();
                listing.print(
                        out,
                        found,
                        "There are no devices.",
                        new Table("ID", "STATUS", "CONNECTED", "AUTHENTICATION", "SHA-256 OR SHA-1 THUMBPRINT"),
                        device -> new String[] {
                            device.text("deviceId"),
                            device.text("status"),
                            device.text("connectionState"),
                            device.text("authentication", "type"),
                            device.text("authentication", "x509Thumbprint", "primaryThumbprint")
                        });
                if (!listing.isJson() && found.size() == DevicesApi.MAX_LISTED) {
                    out.println("There may be more; a hub lists " + DevicesApi.MAX_LISTED + " at most.");
                }
            });
        }
    }

    /** {@code muster devices show}. */
    @Command(name = "show", description = "Show a device, without its keys.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Mixin
        private Listing listing = new Listing();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> listing.show(out, withoutKeys(devices.find(id))));
        }
    }

    /** {@code muster devices twin}. */
    @Command(name = "twin", description = "Show a device's twin.")
    static final class Twin implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Mixin
        private Listing listing = new Listing();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> listing.show(out, devices.twin(id)));
        }
    }

    /** {@code muster devices keys}. */
    @Command(name = "keys", description = "Print a device's keys, primary and secondary, which are secrets.")
    static final class Keys implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> {
                Document device = devices.find(id);
                if (device.find("authentication", "symmetricKey", "primaryKey").isEmpty()) {
                    throw new Refusal(
                            Refusal.Reason.INVALID_ARGUMENT,
                            "Device '" + id + "' has no keys: its authentication is "
                                    + device.text("authentication", "type") + ".");
                }
                out.println(device.text("authentication", "symmetricKey", "primaryKey"));
                out.println(device.text("authentication", "symmetricKey", "secondaryKey"));
            });
        }
    }

    /** {@code muster devices enable}. */
    @Command(name = "enable", description = "Let a device connect again.")
    static final class Enable implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> {
                devices.update(devices.find(id).with("status", "enabled"));
                out.println("Device '" + id + "' is enabled.");
            });
        }
    }

    /** {@code muster devices disable}. */
    @Command(name = "disable", description = "End a device's connections and let it make no more.")
    static final class Disable implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why, to be shown with the device.")
        private Optional<String> reason = Optional.empty();

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> {
                Document disabled = devices.find(id).with("status", "disabled");
                devices.update(
                        reason.map(text -> disabled.with("statusReason", text)).orElse(disabled));
                out.println("Device '" + id + "' is disabled.");
            });
        }
    }

    /** {@code muster devices delete}. */
    @Command(
            name = "delete",
            description = "Delete a device with its twin; one whose enrollment is still there may register again.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private HubOptions hub = new HubOptions();

        @Parameters(paramLabel = "ID", description = "Device id.")
        private String id = "";

        @Override
        public Integer call() throws IOException, InterruptedException {
            return hub.perform((devices, out) -> {
                devices.delete(id);
                out.println("Deleted device '" + id + "'.");
            });
        }
    }

    private static Document withoutKeys(Document device) {
        return device.without("authentication", "symmetricKey");
    }
}
