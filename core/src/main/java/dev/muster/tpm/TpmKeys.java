package dev.muster.tpm;

/**
 * The public keys of a TPM by which it can be sent secrets.
 *
 * @param endorsementKey its own from the factory on, and its identity
 * @param storageRootKey its owner's; another after the TPM was cleared
 */
public record TpmKeys(TpmPublicKey endorsementKey, TpmPublicKey storageRootKey) {}
