package dev.muster.authority;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.security.KeyPair;
import java.util.Map;
import java.util.TreeMap;

/** The vaults that this process knows, by the names that the operator gave them. Immutable. */
public final class KeyVaults {
    /** The one that is always there: files in the data directory. */
    public static final String FILES = "files";

    private final Map<String, KeyVault> vaults;

    public KeyVaults(Map<String, KeyVault> vaults) {
        this.vaults = new TreeMap<>(vaults);
    }

    /** Where a key is: the vault and the key's id in it. */
    public record Reference(String vault, String id) {}

    /** @throws Refusal INVALID_ARGUMENT when no vault has that name */
    public KeyVault vault(String name) {
        KeyVault vault = vaults.get(name);
        if (vault == null) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "There is no key vault '" + name + "'.",
                    new Explanation(
                            "key vault '" + name + "'",
                            "the configuration has " + String.join(", ", vaults.keySet()),
                            "name one of these, or add it to authorities.tokens in muster.yaml"));
        }
        return vault;
    }

    /** @throws Refusal INVALID_ARGUMENT when the key cannot be had */
    KeyPair keys(Reference key) {
        return vault(key.vault())
                .find(key.id())
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The key of the certificate authority is missing.",
                        new Explanation(
                                "key '" + key.id() + "' in vault '" + key.vault() + "'",
                                "it is not there",
                                "restore it from a backup, or rotate the authority to a new key")));
    }
}
