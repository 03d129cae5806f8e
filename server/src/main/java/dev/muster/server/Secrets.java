package dev.muster.server;

import dev.muster.base.AccessPolicies;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Seal;
import dev.muster.base.SecretFile;
import dev.muster.base.SharedAccessPolicy;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.server.store.SqlSettings;
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

    /**
     * The seal whose key is in this file, in base64, which is made when it is missing: beside the database and not in
     * it, so that who has a copy of that has no secrets of others.
     *
     * @throws Refusal INVALID_ARGUMENT when it holds no key
     */
    Seal sealIn(Path file) {
        try {
            if (!Files.exists(file)) {
                SecretFile.write(
                        file,
                        (Base64.getEncoder().encodeToString(bytes(Seal.KEY_BYTES)) + "\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            byte[] key = Base64.getDecoder()
                    .decode(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
            return new Seal(key, random);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the key of secrets in " + file, e);
        } catch (IllegalArgumentException e) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The server cannot start: " + file + " holds no key.",
                    new Explanation(
                            file.toString(),
                            "it is not base64 of " + Seal.KEY_BYTES + " bytes",
                            "put back the file that was there"));
        }
    }

    /**
     * Finds out that a key is not the database's before the first secret is asked for.
     *
     * @throws Refusal INVALID_ARGUMENT when what is in the database was sealed with another
     */
    static void checkSeal(Seal seal, SqlSettings settings) {
        String name = "seal";
        try {
            seal.open(settings.getOrCreate(name, () -> seal.close(new byte[1], name)), name);
        } catch (Refusal refusal) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The server cannot start: the secrets in its database were sealed with another key.",
                    new Explanation(
                            "secrets.key",
                            "it is not the one with which this database was begun",
                            "copy secrets.key from the data directory of the server that began it"));
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
