package dev.muster.cli.client.owner;

import dev.muster.base.SymmetricKey;
import dev.muster.cli.client.Document;
import dev.muster.cli.client.RefusedByServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The shared access policies of the provisioning service or of a hub, through the control plane. Thread-safe. */
public final class AccessPoliciesApi {
    private static final int KEY_BYTES = 32;

    private final ManagedResource resource;

    AccessPoliciesApi(ManagedResource resource) {
        this.resource = resource;
    }

    /** The service or hub that has them; whoever changes them says by it what was read. */
    public Document read() throws IOException, InterruptedException {
        return resource.read();
    }

    /** With their keys, which are secrets. */
    public List<Document> list() throws IOException, InterruptedException {
        return resource.keys();
    }

    /**
     * Creates a policy with two new keys, or gives one other rights.
     *
     * @param rights comma-separated, as Azure spells them
     * @return the service or hub as it is now, as of all here
     */
    public Document put(Document read, String name, String rights) throws IOException, InterruptedException {
        return change(read, name, Map.of("keyName", name, "rights", rights));
    }

    /** @throws RefusedByServer for one that Muster itself needs */
    public Document delete(Document read, String name) throws IOException, InterruptedException {
        return change(read, name, Map.of());
    }

    /**
     * Makes a new key of a policy; who uses the old one is refused from then on.
     *
     * @param which {@code primaryKey} or {@code secondaryKey}
     */
    public Document rotate(Document read, Document policy, String which) throws IOException, InterruptedException {
        String name = policy.text("keyName");
        String key = SymmetricKey.random(KEY_BYTES, new SecureRandom()).base64();
        return change(read, name, Map.of("keyName", name, "rights", policy.text("rights"), which, key));
    }

    private Document change(Document read, String name, Map<String, ?> policy)
            throws IOException, InterruptedException {
        List<Map<String, ?>> policies = new ArrayList<>();
        for (Document other : list()) {
            if (!other.text("keyName").equalsIgnoreCase(name)) {
                policies.add(Map.of("keyName", other.text("keyName"), "rights", other.text("rights")));
            }
        }
        if (!policy.isEmpty()) {
            policies.add(policy);
        }
        return resource.change(Map.of("authorizationPolicies", policies), read);
    }
}
