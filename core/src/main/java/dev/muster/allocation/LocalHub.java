package dev.muster.allocation;

import dev.muster.base.Precondition;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Devices;
import java.util.Map;
import java.util.Optional;

/** A hub in this process, whose writes take part in the registration's transaction. */
public final class LocalHub implements LinkedHub {
    private static final InitialTwin EMPTY = new InitialTwin(Map.of(), Map.of());

    private final Devices devices;

    public LocalHub(Devices devices) {
        this.devices = devices;
    }

    @Override
    public String hostName() {
        return devices.hub();
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    /** A device that the owner disabled stays disabled; one that comes back unchanged is not written again. */
    @Override
    public void provision(NewDevice device) {
        devices.redefine(device.deviceId(), before -> {
            boolean unchanged = before.filter(known -> known.authentication().equals(device.authentication())
                            && known.iotEdge() == device.iotEdge())
                    .isPresent();
            return unchanged
                    ? Optional.empty()
                    : Optional.of(new Devices.Definition(
                            device.deviceId(),
                            before.map(DeviceIdentity::enabled).orElse(true),
                            before.map(DeviceIdentity::statusReason).orElse(""),
                            device.authentication(),
                            device.iotEdge()));
        });
        if (device.forgetsData()) {
            devices.twins().reset(device.deviceId(), change(device.initialTwin().orElse(EMPTY)));
        } else {
            device.initialTwin()
                    .ifPresent(
                            twin -> devices.twins().patch(device.deviceId(), change(twin), new Precondition.Always()));
        }
    }

    private static DeviceTwins.Change change(InitialTwin twin) {
        return new DeviceTwins.Change(Optional.of(twin.tags()), Optional.of(twin.desired()));
    }

    @Override
    public void remove(String deviceId) {
        if (devices.find(deviceId).isPresent()) {
            devices.delete(deviceId, new Precondition.Always());
        }
    }
}
