package dev.muster.server.memory;

import dev.muster.hub.Twin;
import dev.muster.hub.Twins;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Twins in memory. */
public final class MemoryTwins implements Twins {
    private final Map<List<String>, Twin> twins = new ConcurrentHashMap<>();

    @Override
    public Optional<Twin> find(String hub, String deviceId) {
        return Optional.ofNullable(twins.get(List.of(hub, deviceId)));
    }

    @Override
    public void put(String hub, String deviceId, Twin twin) {
        twins.put(List.of(hub, deviceId), twin);
    }

    @Override
    public void delete(String hub, String deviceId) {
        twins.remove(List.of(hub, deviceId));
    }
}
