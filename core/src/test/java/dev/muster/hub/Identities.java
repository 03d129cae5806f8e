package dev.muster.hub;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Identities in memory; lets something happen right after one was read. */
public final class Identities implements DeviceIdentities {
    private final Map<String, DeviceIdentity> stored = new HashMap<>();
    private Runnable afterFirstFind = () -> {};

    void afterFirstFind(Runnable action) {
        afterFirstFind = action;
    }

    @Override
    public Optional<DeviceIdentity> find(String hub, String deviceId) {
        Optional<DeviceIdentity> found = Optional.ofNullable(stored.get(deviceId));
        Runnable then = afterFirstFind;
        afterFirstFind = () -> {};
        then.run();
        return found;
    }

    @Override
    public void put(DeviceIdentity identity, Precondition precondition) {
        stored.put(identity.deviceId(), identity);
    }

    @Override
    public void delete(String hub, String deviceId, Precondition precondition) {
        stored.remove(deviceId);
    }

    @Override
    public Count count(String hub) {
        long enabled = stored.values().stream().filter(DeviceIdentity::enabled).count();
        return new Count(enabled, stored.size() - enabled);
    }

    @Override
    public Page<DeviceIdentity> page(String hub, Page.Request request) {
        return new Page<>(List.copyOf(stored.values()), Optional.empty());
    }
}
