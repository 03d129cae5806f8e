package dev.muster.server.memory;

import dev.muster.base.AccessPolicies;
import dev.muster.base.SharedAccessPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Shared access policies in memory. */
public final class MemoryAccessPolicies implements AccessPolicies {
    private final Map<String, Shelf<SharedAccessPolicy>> scopes = new ConcurrentHashMap<>();

    @Override
    public Optional<SharedAccessPolicy> find(String scope, String name) {
        return shelf(scope).find(name);
    }

    @Override
    public List<SharedAccessPolicy> list(String scope) {
        return shelf(scope).all();
    }

    @Override
    public void put(String scope, SharedAccessPolicy policy) {
        shelf(scope).put(policy.name(), policy);
    }

    @Override
    public void delete(String scope, String name) {
        shelf(scope).remove(name);
    }

    private Shelf<SharedAccessPolicy> shelf(String scope) {
        return scopes.computeIfAbsent(scope, _ -> new Shelf<>());
    }
}
