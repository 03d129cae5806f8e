package dev.muster.registration;

import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.LinkedHubRules;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import java.util.List;
import java.util.Optional;

/** What the linked hubs demand of enrollments. Immutable. */
public final class LinkedHubs implements LinkedHubRules {
    private final List<LinkedHub> linked;

    public LinkedHubs(List<LinkedHub> linked) {
        this.linked = List.copyOf(linked);
    }

    @Override
    public boolean isLinked(String hostName) {
        return linked.stream().map(LinkedHub::hostName).anyMatch(hostName::equalsIgnoreCase);
    }

    @Override
    public void checkDeviceId(String deviceId) {
        DeviceIdentity.checkId(deviceId);
    }

    @Override
    public void checkInitialTwin(Enrollment.InitialTwin twin) {
        DeviceTwins.check(new DeviceTwins.Change(Optional.of(twin.tags()), Optional.of(twin.desired())));
    }
}
