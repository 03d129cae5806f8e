package dev.muster.hub;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Twins of one hub in memory. */
public final class StoredTwins implements Twins {
    private final Map<String, Twin> stored = new HashMap<>();

    @Override
    public Optional<Twin> find(String hub, String deviceId) {
        return Optional.ofNullable(stored.get(deviceId));
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
