package dev.muster.base;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Port to the stored shared access policies. A scope is {@code dps} or {@code hub/} and the hub's name. */
public interface AccessPolicies {
    /** The scope of the provisioning service. */
    String PROVISIONING = "dps";

    /** The scope of a hub. */
    static String hub(String name) {
        return "hub/" + name.toLowerCase(Locale.ROOT);
    }

    Optional<SharedAccessPolicy> find(String scope, String name);

    List<SharedAccessPolicy> list(String scope);

    void put(String scope, SharedAccessPolicy policy);

    /** One that is not there is no error. */
    void delete(String scope, String name);
}
