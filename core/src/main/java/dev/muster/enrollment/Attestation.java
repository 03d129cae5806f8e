package dev.muster.enrollment;

import dev.muster.base.SymmetricKeys;
import dev.muster.pki.Certificate;
import dev.muster.tpm.TpmPublicKey;
import java.util.Optional;

/** How the devices of an enrollment prove who they are. */
public sealed interface Attestation {
    /** The kind in Azure's words. */
    default String kind() {
        return switch (this) {
            case ClientCertificates _, SigningCertificates _, CertificateAuthorities _ -> "X.509";
            case SharedKeys _ -> "symmetric key";
            case Tpm _ -> "TPM";
        };
    }

    /** The device's own certificates; individual enrollments only. No authority need be known, self-signed ones do. */
    record ClientCertificates(Slots<Certificate> certificates) implements Attestation {}

    /** The certificates of the authorities that sign the group's devices; enrollment groups only. */
    record SigningCertificates(Slots<Certificate> certificates) implements Attestation {}

    /** The names of uploaded CA certificates, which may be replaced without touching the group; groups only. */
    record CertificateAuthorities(Slots<String> names) implements Attestation {}

    /** Secrets that the device, or each device of the group, has or derives a key from. */
    record SharedKeys(SymmetricKeys keys) implements Attestation {}

    /**
     * The TPM that a device has, and that proves to be there by taking in a key; individual enrollments only.
     *
     * @param storageRootKey as the owner knows it; it is not compared, since it changes when the TPM is cleared
     */
    record Tpm(TpmPublicKey endorsementKey, Optional<TpmPublicKey> storageRootKey) implements Attestation {}
}
