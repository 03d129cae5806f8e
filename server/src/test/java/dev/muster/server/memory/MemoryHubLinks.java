package dev.muster.server.memory;

import dev.muster.allocation.HubLink;
import dev.muster.allocation.HubLinks;
import dev.muster.enrollment.AllocationPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Linked hubs in memory. */
public final class MemoryHubLinks implements HubLinks {
    private final Map<String, HubLink> links = new ConcurrentSkipListMap<>();
    private volatile @Nullable AllocationPolicy policy;

    @Override
    public List<HubLink> all() {
        return List.copyOf(links.values());
    }

    @Override
    public void put(HubLink link) {
        links.put(link.hostName().toLowerCase(Locale.ROOT), link);
    }

    @Override
    public void delete(String hostName) {
        links.remove(hostName.toLowerCase(Locale.ROOT));
    }

    @Override
    public Optional<AllocationPolicy> policy() {
        return Optional.ofNullable(policy);
    }

    @Override
    public void put(AllocationPolicy other) {
        policy = other;
    }
}
