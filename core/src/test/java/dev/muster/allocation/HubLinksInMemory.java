package dev.muster.allocation;

import dev.muster.base.SymmetricKey;
import dev.muster.enrollment.AllocationPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What owners said of linked hubs. */
public final class HubLinksInMemory implements HubLinks {
    private final Map<String, HubLink> links = new TreeMap<>();
    private @Nullable AllocationPolicy policy;

    /** With hubs of other servers, of weight 1. */
    public static HubLinksInMemory of(String... remote) {
        HubLinksInMemory links = new HubLinksInMemory();
        for (String host : remote) {
            links.put(new HubLink(
                    host, Optional.of(new HubLink.Access(host, "owner", SymmetricKey.of(new byte[32]))), 1, true, ""));
        }
        return links;
    }

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
