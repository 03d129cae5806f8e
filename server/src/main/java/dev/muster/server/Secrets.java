package dev.muster.server;

import dev.muster.base.AccessPolicies;
import dev.muster.base.SecretFile;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/** The keys and tokens that a new server gives itself. For one thread. */
final class Secrets {
    /** As long as the keys that Azure makes. */
    private static final int POLICY_KEY_BYTES = 32;

    private static final int TOKEN_BYTES = 32;
    private static final int ID_SCOPE_BYTES = 4;
    private static final int OPERATION_KEY_BYTES = 32;
    private static final int CHALLENGE_KEY_BYTES = 32;
    private final SecureRandom random;

    Secrets(SecureRandom random) {
        this.random = random;
    }

    /** Of Azure's form, {@code 0ne} and eight hexadecimal digits. */
    byte[] idScope() {
        return ("0ne" + HexFormat.of().withUpperCase().formatHex(bytes(ID_SCOPE_BYTES)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    byte[] operationKey() {
        return bytes(OPERATION_KEY_BYTES);
    }

    byte[] challengeKey() {
        return bytes(CHALLENGE_KEY_BYTES);
    }

    /** The token in this file, which is made when it is missing. */
    String tokenIn(Path file) {
        try {
            if (!Files.exists(file)) {
                String token = HexFormat.of().formatHex(bytes(TOKEN_BYTES));
                SecretFile.write(file, (token + "\n").getBytes(StandardCharsets.US_ASCII));
            }
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the administrator's token in " + file, e);
        }
    }

    /** The policies that a provisioning service of Azure's is born with. */
    void provisioningPolicies(AccessPolicies policies) {
        make(
                policies,
                AccessPolicies.PROVISIONING,
                "provisioningserviceowner",
                Set.of(
                        Right.SERVICE_CONFIG,
                        Right.ENROLLMENT_READ,
                        Right.ENROLLMENT_WRITE,
                        Right.REGISTRATION_STATUS_READ,
                        Right.REGISTRATION_STATUS_WRITE,
                        Right.DEVICE_CONNECT));
    }

    /** The policies that a hub of Azure's is born with. */
    void hubPolicies(AccessPolicies policies, String hub) {
        String scope = AccessPolicies.hub(hub);
        make(
                policies,
                scope,
                "iothubowner",
                Set.of(Right.REGISTRY_READ, Right.REGISTRY_WRITE, Right.SERVICE_CONNECT, Right.DEVICE_CONNECT));
        make(policies, scope, "service", Set.of(Right.SERVICE_CONNECT));
        make(policies, scope, "device", Set.of(Right.DEVICE_CONNECT));
        make(policies, scope, "registryRead", Set.of(Right.REGISTRY_READ));
        make(policies, scope, "registryReadWrite", Set.of(Right.REGISTRY_READ, Right.REGISTRY_WRITE));
    }

    private void make(AccessPolicies policies, String scope, String name, Set<Right> rights) {
        if (policies.find(scope, name).isEmpty()) {
            policies.put(scope, new SharedAccessPolicy(name, key(), key(), rights));
        }
    }

    private String key() {
        return Base64.getEncoder().encodeToString(bytes(POLICY_KEY_BYTES));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
