package dev.muster.registration;

import dev.muster.pki.Thumbprint;

/** What a device proved itself with when it registered last. */
public sealed interface Credential {
    /** Its certificate. */
    record Leaf(Thumbprint thumbprint) implements Credential {}

    /** A symmetric key, its own or one derived from its group's. */
    record Key() implements Credential {}

    /**
     * Its TPM.
     *
     * @param authenticationKey its key for the hub, sealed for the TPM alone, in base64
     */
    record Tpm(String authenticationKey) implements Credential {}
}
