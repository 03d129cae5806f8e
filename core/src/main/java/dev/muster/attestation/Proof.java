package dev.muster.attestation;

import dev.muster.base.SymmetricKeys;
import dev.muster.pki.Certificate;
import dev.muster.tpm.TpmKeys;
import java.util.Optional;

/** By what a device has proved who it is, and so by what its hub is to know it. */
public sealed interface Proof {
    /** The certificate whose key it holds. */
    record Leaf(Certificate certificate) implements Proof {}

    /** A token made with one of these keys: the device's own, in a group derived from the group's. */
    record Keys(SymmetricKeys keys) implements Proof {}

    /** A token made with a key that the TPM alone could take in. */
    record Tpm(TpmKeys keys) implements Proof {}

    /** The certificate, if it was that. */
    default Optional<Certificate> leaf() {
        return this instanceof Leaf(Certificate certificate) ? Optional.of(certificate) : Optional.empty();
    }
}
