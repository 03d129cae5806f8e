package dev.muster.allocation;

import dev.muster.enrollment.AllocationPolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.LinkedHubRules;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The hubs that are linked: those of this process, and those of other servers that the owner has added. Kept in memory,
 * since every registration looks at them. Safe for any number of threads.
 */
public final class LinkedHubs implements LinkedHubRules {
    private final List<LinkedHub> local;
    private final HubLinks links;
    private final Function<HubLink, LinkedHub> connect;
    private volatile Snapshot snapshot;

    /** A hub and what its owner says of it. */
    record Linked(LinkedHub hub, HubLink link) {}

    /**
     * How things were when they were last read.
     *
     * @param hubs all that are linked
     * @param assignable those that devices are assigned to
     */
    record Snapshot(List<Linked> hubs, List<Linked> assignable, AllocationPolicy policy) {}

    /**
     * @param local the hubs of this process
     * @param connect makes the port to a hub of another server
     */
    public LinkedHubs(List<LinkedHub> local, HubLinks links, Function<HubLink, LinkedHub> connect) {
        this.local = List.copyOf(local);
        this.links = links;
        this.connect = connect;
        this.snapshot = read();
    }

    /** Reads what another process of the same store may have changed. */
    public void refresh() {
        snapshot = read();
    }

    @Override
    public boolean isLinked(String hostName) {
        return find(hostName).isPresent();
    }

    @Override
    public void checkDeviceId(String deviceId) {
        DeviceIdentity.checkId(deviceId);
    }

    @Override
    public void checkInitialTwin(Enrollment.InitialTwin twin) {
        DeviceTwins.check(new DeviceTwins.Change(Optional.of(twin.tags()), Optional.of(twin.desired())));
    }

    Snapshot now() {
        return snapshot;
    }

    Optional<Linked> find(String hostName) {
        return snapshot.hubs().stream()
                .filter(linked -> linked.link().hostName().equalsIgnoreCase(hostName))
                .findFirst();
    }

    boolean isLocal(String hostName) {
        return local.stream().map(LinkedHub::hostName).anyMatch(hostName::equalsIgnoreCase);
    }

    private Snapshot read() {
        List<HubLink> stored = links.all();
        List<Linked> hubs = new ArrayList<>();
        for (LinkedHub hub : local) {
            HubLink link = stored.stream()
                    .filter(it -> it.hostName().equalsIgnoreCase(hub.hostName()))
                    .findFirst()
                    .orElseGet(() -> HubLink.ofThisProcess(hub.hostName()));
            hubs.add(new Linked(hub, link));
        }
        // What was said of a hub that this process no longer has leads nowhere.
        stored.stream()
                .filter(link -> link.access().isPresent() && !isLocal(link.hostName()))
                .map(link -> new Linked(connect.apply(link), link))
                .forEach(hubs::add);
        return new Snapshot(
                List.copyOf(hubs),
                hubs.stream()
                        .filter(linked -> linked.link().applyAllocationPolicy())
                        .toList(),
                links.policy().orElse(AllocationPolicy.HASHED));
    }
}
