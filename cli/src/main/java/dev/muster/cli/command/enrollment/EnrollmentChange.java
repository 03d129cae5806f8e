package dev.muster.cli.command.enrollment;

import dev.muster.cli.client.Document;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be changed in an enrollment, individual or of a group, whoever proves what by it. */
final class EnrollmentChange {
    @Option(names = "--enable", description = "Let its devices register.")
    private boolean enable;

    @Option(names = "--disable", description = "Refuse its devices, and those that another enrollment would let in.")
    private boolean disable;

    @Option(
            names = "--allocation-policy",
            paramLabel = "POLICY",
            description = "How the hub is chosen: hashed, geoLatency or static.")
    private Optional<String> allocationPolicy = Optional.empty();

    @Option(
            names = "--iot-hub",
            paramLabel = "NAME",
            split = ",",
            description = "Hub to choose from; several with commas or by repeating it.")
    private List<String> hubs = List.of();

    Document applyTo(Document enrollment) {
        Document changed = enrollment;
        if (enable != disable) {
            changed = changed.with("provisioningStatus", enable ? "enabled" : "disabled");
        }
        if (allocationPolicy.isPresent()) {
            changed = changed.with("allocationPolicy", allocationPolicy.get());
        }
        return hubs.isEmpty() ? changed : changed.with("iotHubs", hubs);
    }
}
