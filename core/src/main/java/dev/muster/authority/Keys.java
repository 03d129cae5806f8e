package dev.muster.authority;

import dev.muster.base.Refusal;
import java.util.UUID;
import java.util.function.Supplier;

/** New keys for authorities. Safe for any number of threads. */
final class Keys {
    private final KeyVaults vaults;

    Keys(KeyVaults vaults) {
        this.vaults = vaults;
    }

    /** An id that no key had before. */
    KeyVaults.Reference reference(String authority, String vault) {
        return new KeyVaults.Reference(vault, authority + "-" + UUID.randomUUID());
    }

    /** Does what needs a new key, which is destroyed again if it is refused. */
    <T> T keeping(KeyVaults.Reference key, Supplier<T> work) {
        try {
            return work.get();
        } catch (Refusal refusal) {
            vaults.vault(key.vault()).delete(key.id());
            throw refusal;
        }
    }
}
