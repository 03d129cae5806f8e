package dev.muster.server.amqp;

/**
 * What the mechanism {@code TPM} needs of the domain. Implementations are safe for any number of threads and may block.
 */
public interface TpmChallenges {
    /**
     * A key for the device, wrapped so that only the TPM with this endorsement key can use it. What the device signs
     * with it comes as the token of its {@link dev.muster.pki.Peer}.
     *
     * @param endorsementKey TPM2B_PUBLIC
     * @param storageRootKey TPM2B_PUBLIC
     * @return six TPM 2.0 structures back to back, as Azure's SDKs take them apart
     * @throws dev.muster.base.Refusal when there is no such device, or the keys are none
     */
    byte[] challenge(String idScope, String registrationId, byte[] endorsementKey, byte[] storageRootKey);
}
