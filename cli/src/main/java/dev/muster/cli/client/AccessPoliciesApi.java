package dev.muster.cli.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The shared access policies of the provisioning service or of a hub, through the control plane. Thread-safe. */
public final class AccessPoliciesApi {
    private static final int KEY_BYTES = 32;

    private final ManagedResource resource;

    AccessPoliciesApi(ManagedResource resource) {
        this.resource = resource;
    }

    /** With their keys, which are secrets. */
    public List<Document> list() throws IOException, InterruptedException {
        return resource.keys();
    }

    /**
     * Creates a policy with two new keys, or gives one other rights.
     *
     * @param rights comma-separated, as Azure spells them
     */
    public void put(String name, String rights) throws IOException, InterruptedException {
        change(name, Map.of("keyName", name, "rights", rights));
    }

    /** @throws RefusedByServer for one that Muster itself needs */
    public void delete(String name) throws IOException, InterruptedException {
        change(name, Map.of());
    }

    /**
     * Makes a new key of a policy; who uses the old one is refused from then on.
     *
     * @param which {@code primaryKey} or {@code secondaryKey}
     */
    public void rotate(Document policy, String which) throws IOException, InterruptedException {
        byte[] secret = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(secret);
        String name = policy.text("keyName");
        change(
                name,
                Map.of(
                        "keyName",
                        name,
                        "rights",
                        policy.text("rights"),
                        which,
                        Base64.getEncoder().encodeToString(secret)));
    }

    private void change(String name, Map<String, ?> policy) throws IOException, InterruptedException {
        Document read = resource.read();
        List<Map<String, ?>> policies = new ArrayList<>();
        for (Document other : list()) {
            if (!other.text("keyName").equalsIgnoreCase(name)) {
                policies.add(Map.of("keyName", other.text("keyName"), "rights", other.text("rights")));
            }
        }
        if (!policy.isEmpty()) {
            policies.add(policy);
        }
        resource.change(Map.of("authorizationPolicies", policies), read);
    }
}
