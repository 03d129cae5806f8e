package dev.muster.server.memory;

import dev.muster.hub.Twin;
import dev.muster.hub.Twins;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Twins in memory. */
public final class MemoryTwins implements Twins {
    private final Map<List<String>, Twin> twins = new ConcurrentHashMap<>();

    @Override
    public Optional<Twin> find(String hub, String deviceId) {
        return Optional.ofNullable(twins.get(List.of(hub, deviceId)));
    }

    @Override
    public Map<String, Twin> between(String hub, String firstDeviceId, String lastDeviceId) {
        return twins.entrySet().stream()
                .filter(entry -> entry.getKey().getFirst().equals(hub)
                        && entry.getKey().getLast().compareTo(firstDeviceId) >= 0
                        && entry.getKey().getLast().compareTo(lastDeviceId) <= 0)
                .collect(Collectors.toMap(entry -> entry.getKey().getLast(), Map.Entry::getValue));
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
