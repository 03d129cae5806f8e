package dev.muster.cli.demo;

import dev.muster.cli.client.DeviceCredential;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.Endpoint;
import dev.muster.cli.client.HttpsProvisioning;
import dev.muster.cli.client.HubClient;
import dev.muster.cli.client.MqttProvisioning;
import dev.muster.cli.client.ProvisioningClient;
import dev.muster.cli.client.ProvisioningClient.Assignment;
import dev.muster.cli.client.RefusedByServer;
import dev.muster.cli.client.ServerAddress;
import dev.muster.cli.client.load.Exchange.Transport;
import dev.muster.cli.client.load.StreamProvisioning;
import dev.muster.cli.client.owner.Administration;
import dev.muster.cli.client.owner.EnrollmentsApi;
import dev.muster.cli.client.owner.OwnerClient;
import dev.muster.server.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A fleet's way from the factory to its first telemetry, on a server that runs. For one thread; devices have theirs.
 */
final class Journey {
    private static final String HOST = "127.0.0.1";
    private static final String CA_NAME = "demo-root";
    private static final String GROUP = "demo-plant";
    private static final String STRANGER = "stranger";
    private static final int BATCH = 1000;
    private static final int SHOWN = 3;

    private final Server server;
    private final Transport transport;
    private final Story story;

    /** A device as it leaves the factory. */
    private record Made(String id, DeviceCredential credential) {}

    /** A device that knows its hub. */
    private record Assigned(String id, DeviceCredential credential, Assignment assignment) {}

    Journey(Server server, Transport transport, Story story) {
        this.server = server;
        this.transport = transport;
        this.story = story;
    }

    /** @throws Exception when a step fails; then the story ends there */
    void run(int devices) throws Exception {
        ServerAddress address = new ServerAddress.Administered(
                URI.create("https://" + HOST + ":" + server.httpsPort()),
                Optional.of(server.authorityCertificate()),
                server.adminTokenFile());
        try (OwnerClient owner = OwnerClient.connect(address)) {
            DemoCertificates.Authority root = DemoCertificates.root("Demo Root");
            DemoCertificates.Authority plant = DemoCertificates.intermediate("Demo Plant CA", root);
            List<Made> made = makeCertificates(plant, devices);
            enroll(owner, root, plant);
            List<Assigned> fleet = register(made);
            Map<String, String> sent = talk(fleet);
            readBack(owner.administration(), sent);
            explainRefusal(owner.administration());
        }
    }

    private List<Made> makeCertificates(DemoCertificates.Authority plant, int devices) throws Exception {
        return story.step("The factory makes a chain of trust: root, intermediate, a certificate per device", () -> {
            List<Made> made = IntStream.rangeClosed(1, devices)
                    .mapToObj("device-%04d"::formatted)
                    .map(id -> new Made(id, DemoCertificates.device(id, plant)))
                    .toList();
            story.say("CN=Demo Root > CN=Demo Plant CA > CN=device-0001"
                    + (devices == 1 ? "" : " and " + (devices - 1) + " more"));
            return made;
        });
    }

    private void enroll(OwnerClient owner, DemoCertificates.Authority root, DemoCertificates.Authority plant)
            throws Exception {
        story.step("The owner uploads the root and proves possession of its key", () -> {
            Document uploaded = owner.certificates().add(CA_NAME, root.certificate(), false);
            story.say("uploaded as '" + CA_NAME + "', not verified yet");
            Document verified = owner.certificates().prove(uploaded, root.issuer());
            check(verified.isTrue("properties", "isVerified"), "the CA certificate was not verified");
            story.say("signed a certificate with the service's verification code: verified");
            return verified;
        });
        story.step("The owner enrolls a group: whatever the intermediate signed may register", () -> {
            Document group = owner.groups().create(GROUP, EnrollmentsApi.groupSignedBy(GROUP, plant.certificate()));
            story.say("enrollment group '" + group.text("enrollmentGroupId") + "' is "
                    + group.text("provisioningStatus"));
            return group;
        });
    }

    private List<Assigned> register(List<Made> made) throws Exception {
        String title = counted(made.size(), "device registers", "devices register") + " over " + transport
                + ", knowing nothing but host, id scope and own certificate";
        return story.step(title, () -> {
            ProvisioningClient client = provisioning();
            List<Assigned> fleet = Fleet.each(
                    made,
                    story,
                    device -> new Assigned(
                            device.id(),
                            device.credential(),
                            client.register(device(device.id(), device.credential()))));
            fleet.forEach(
                    device -> check(device.assignment().deviceId().equals(device.id()), "a device got another's id"));
            fleet.stream()
                    .limit(SHOWN)
                    .forEach(device -> story.say(device.id() + " is assigned to hub "
                            + device.assignment().hub()));
            return fleet;
        });
    }

    /** What each device sent, by its id. */
    private Map<String, String> talk(List<Assigned> fleet) throws Exception {
        String title = counted(fleet.size(), "device connects", "devices connect")
                + " to the assigned hub with the same certificate, and telemetry flows";
        return story.step(
                title,
                () -> Fleet.each(fleet, story, device -> Map.entry(device.id(), sendTelemetry(device))).stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private String sendTelemetry(Assigned device) throws IOException {
        Assignment assignment = device.assignment();
        String body = "{\"device\":\"%s\",\"temperature\":%d}"
                .formatted(device.id(), ThreadLocalRandom.current().nextInt(15, 30));
        try (HubClient hub = HubClient.connect(
                new Endpoint(HOST, server.mqttPort()),
                server.authorityCertificate(),
                new HubClient.Device(assignment.hub(), assignment.deviceId(), device.credential()))) {
            hub.send(
                    body.getBytes(StandardCharsets.UTF_8),
                    Map.of("$.ct", "application/json", "$.ce", "utf-8", "site", GROUP));
        }
        return body;
    }

    private void readBack(Administration administration, Map<String, String> sent) throws Exception {
        story.step("The back end reads the event stream", () -> {
            Map<String, String> missing = new HashMap<>(sent);
            for (Document partition : administration.partitions()) {
                long next = 0;
                List<Document> batch;
                do {
                    batch = administration.events(partition.number("partition"), next, BATCH, Duration.ZERO);
                    batch.forEach(event -> missing.remove(
                            event.text("deviceId"), event.decodedText("body").orElse("")));
                    next += batch.size();
                } while (!batch.isEmpty());
            }
            check(missing.isEmpty(), "the events of " + missing.keySet() + " are missing");
            sent.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .limit(SHOWN)
                    .forEach(event -> story.say(event.getKey() + " sent " + event.getValue()));
            story.say("every message is there: " + sent.size() + " of " + sent.size());
            return sent;
        });
    }

    private void explainRefusal(Administration administration) throws Exception {
        story.step("A stranger tries: same kind of certificate, but a CA that nobody enrolled", () -> {
            DeviceCredential credential = DemoCertificates.device(STRANGER, DemoCertificates.root("Unknown Root"));
            try {
                provisioning().register(device(STRANGER, credential));
                throw new IOException("the stranger was let in");
            } catch (RefusedByServer refused) {
                story.say("the device is told:  " + refused.getMessage());
            }
            Document attempt = administration.attempts(STRANGER).stream()
                    .findFirst()
                    .orElseThrow(() -> new IOException("the refusal was not recorded"));
            story.say("the owner is told:   " + attempt.text("explanation", "subject") + ": "
                    + attempt.text("explanation", "rule"));
            story.say("what to do about it: " + attempt.text("explanation", "remedy"));
            return attempt;
        });
    }

    private ProvisioningClient.Device device(String id, DeviceCredential credential) {
        return new ProvisioningClient.Device(server.idScope(), id, credential);
    }

    private ProvisioningClient provisioning() {
        Path authority = server.authorityCertificate();
        return switch (transport) {
            case HTTPS -> new HttpsProvisioning(new Endpoint(HOST, server.httpsPort()), authority);
            case MQTT -> new MqttProvisioning(new Endpoint(HOST, server.mqttPort()), authority);
            case AMQP -> new StreamProvisioning(transport, new Endpoint(HOST, server.amqpPort()), authority);
            case MQTT_WS, AMQP_WS ->
                new StreamProvisioning(transport, new Endpoint(HOST, server.httpsPort()), authority);
        };
    }

    private static String counted(int count, String one, String many) {
        return count == 1 ? "1 " + one : count + " " + many;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
