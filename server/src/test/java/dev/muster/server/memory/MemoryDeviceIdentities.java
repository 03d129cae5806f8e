package dev.muster.server.memory;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.hub.DeviceIdentities;
import dev.muster.hub.DeviceIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Device identities in memory. */
public final class MemoryDeviceIdentities implements DeviceIdentities {
    private final Map<String, Shelf<DeviceIdentity>> hubs = new ConcurrentHashMap<>();

    @Override
    public Optional<DeviceIdentity> find(String hub, String deviceId) {
        return shelf(hub).find(deviceId);
    }

    @Override
    public synchronized void put(DeviceIdentity identity, Precondition precondition) {
        Optional<DeviceIdentity> before = find(identity.hub(), identity.deviceId());
        precondition.check("device '" + identity.deviceId() + "'", before.map(DeviceIdentity::etag));
        shelf(identity.hub()).put(identity.deviceId(), identity);
    }

    @Override
    public synchronized void delete(String hub, String deviceId, Precondition precondition) {
        DeviceIdentity before = find(hub, deviceId)
                .orElseThrow(() -> new Refusal(Refusal.Reason.DEVICE_NOT_FOUND, "Device not found."));
        precondition.check("device '" + deviceId + "'", Optional.of(before.etag()));
        shelf(hub).remove(deviceId);
    }

    @Override
    public Count count(String hub) {
        List<DeviceIdentity> all = shelf(hub).all();
        long enabled = all.stream().filter(DeviceIdentity::enabled).count();
        return new Count(enabled, all.size() - enabled);
    }

    @Override
    public Page<DeviceIdentity> page(String hub, Page.Request request) {
        return shelf(hub).page(request, _ -> true);
    }

    private Shelf<DeviceIdentity> shelf(String hub) {
        return hubs.computeIfAbsent(hub, _ -> new Shelf<>());
    }
}
