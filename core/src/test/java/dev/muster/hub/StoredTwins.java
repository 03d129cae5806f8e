package dev.muster.hub;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Twins of one hub in memory. */
public final class StoredTwins implements Twins {
    private final NavigableMap<String, Twin> stored = new TreeMap<>();

    @Override
    public Optional<Twin> find(String hub, String deviceId) {
        return Optional.ofNullable(stored.get(deviceId));
    }

    @Override
    public Map<String, Twin> between(String hub, String firstDeviceId, String lastDeviceId) {
        return Map.copyOf(stored.subMap(firstDeviceId, true, lastDeviceId, true));
    }

    @Override
    public void put(String hub, String deviceId, Twin twin) {
        stored.put(deviceId, twin);
    }

    @Override
    public void delete(String hub, String deviceId) {
        stored.remove(deviceId);
    }
}
