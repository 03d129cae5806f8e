package dev.muster.base;

import java.util.List;
import java.util.Optional;

/** Port to the stored shared access policies. A scope is {@code dps} or {@code hub/} and the hub's name. */
public interface AccessPolicies {
    Optional<SharedAccessPolicy> find(String scope, String name);

    List<SharedAccessPolicy> list(String scope);

    void put(String scope, SharedAccessPolicy policy);
}
