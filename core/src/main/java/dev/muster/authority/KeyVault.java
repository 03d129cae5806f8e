package dev.muster.authority;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.pki.KeyAlgorithm;
import java.security.KeyPair;
import java.util.Optional;

/**
 * Port to a place where authorities' keys are made and kept, which they never leave. Safe for any number of threads.
 */
public interface KeyVault {
    /**
     * Makes a key, and returns once it is kept.
     *
     * @param id never used before in this vault
     * @return a pair whose private key signs, and can be encoded only where the vault keeps it in the clear
     * @throws Refusal INVALID_ARGUMENT or UNAVAILABLE when the vault cannot make such a key or cannot be reached
     */
    KeyPair generate(String id, KeyAlgorithm algorithm);

    /**
     * Takes in a key that was made elsewhere.
     *
     * @param id never used before in this vault
     * @throws Refusal INVALID_ARGUMENT when this vault takes only keys that are made in it
     */
    default void keep(String id, KeyPair keys) {
        throw new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "This key vault takes no keys from elsewhere.",
                new Explanation(
                        "the key vault",
                        "its keys are made in it and never were outside",
                        "rotate the authority into it, or import the key into '" + KeyVaults.FILES + "'"));
    }

    /** @throws Refusal INVALID_ARGUMENT or UNAVAILABLE when the vault cannot be reached or opened */
    Optional<KeyPair> find(String id);

    /** Forgets a key, if it is there. */
    void delete(String id);
}
