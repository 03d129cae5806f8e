package dev.muster.conformance;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderTpm;
import org.jspecify.annotations.Nullable;

/** The SDK's port to a device's TPM, over one that is not ours. Thread-safe. */
final class TpmProvider extends SecurityProviderTpm {
    private final SoftwareTpm tpm;
    private final String registrationId;
    private SoftwareTpm.@Nullable Identity identity;

    TpmProvider(SoftwareTpm tpm, String registrationId) {
        this.tpm = tpm;
        this.registrationId = registrationId;
    }

    @Override
    public String getRegistrationId() {
        return registrationId;
    }

    @Override
    public byte[] getEndorsementKey() {
        return tpm.endorsementKey();
    }

    @Override
    public byte[] getStorageRootKey() {
        return tpm.storageRootKey();
    }

    @Override
    public synchronized byte[] activateIdentityKey(byte[] authenticationKey) {
        identity = tpm.activate(authenticationKey);
        return new byte[0];
    }

    @Override
    public synchronized byte[] signWithIdentity(byte[] data) {
        SoftwareTpm.Identity key = identity;
        if (key == null) {
            throw new IllegalStateException("the TPM has not taken in a key yet");
        }
        return tpm.sign(key, data);
    }
}
