package dev.muster.server.memory;

import dev.muster.registration.ResourceTags;
import java.util.Map;

/** Tags in memory. */
public final class MemoryResourceTags implements ResourceTags {
    private volatile Map<String, String> tags = Map.of();

    @Override
    public Map<String, String> all() {
        return tags;
    }

    @Override
    public void replaceAll(Map<String, String> wanted) {
        tags = wanted;
    }
}
