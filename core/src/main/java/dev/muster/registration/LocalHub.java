package dev.muster.registration;

import dev.muster.base.Precondition;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Devices;
import java.util.Optional;

/** A hub in this process, whose writes take part in the registration's transaction. */
public final class LocalHub implements LinkedHub {
    private final Devices devices;

    public LocalHub(Devices devices) {
        this.devices = devices;
    }

    @Override
    public String hostName() {
        return devices.hub();
    }

    /**
     * A device that the owner disabled stays disabled; one that comes back unchanged is not written again, and its twin
     * is left alone.
     */
    @Override
    public void provision(NewDevice device) {
        boolean created = devices.redefine(device.deviceId(), before -> {
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
        if (created) {
            device.initialTwin()
                    .ifPresent(twin -> devices.twins()
                            .reset(
                                    device.deviceId(),
                                    new DeviceTwins.Change(Optional.of(twin.tags()), Optional.of(twin.desired()))));
        }
    }

    @Override
    public void remove(String deviceId) {
        if (devices.find(deviceId).isPresent()) {
            devices.delete(deviceId, new Precondition.Always());
        }
    }
}
