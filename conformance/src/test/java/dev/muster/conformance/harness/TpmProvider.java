package dev.muster.conformance.harness;

import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderTpm;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The SDK's port to a device's TPM, over one that is not ours. Thread-safe. */
public final class TpmProvider extends SecurityProviderTpm {
    private final SoftwareTpm tpm;
    private final String registrationId;
    private SoftwareTpm.@Nullable Identity identity;

    public TpmProvider(SoftwareTpm tpm, String registrationId) {
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

    /** A shared access signature by the key that the TPM has taken in, spelled as Node does (reference 8.2). */
    public String token(String idScope, String id, int seconds) {
        String resource = URLEncoder.encode(idScope + "/registrations/" + id, StandardCharsets.UTF_8);
        long expiry = Instant.now().plusSeconds(seconds).getEpochSecond();
        byte[] signature = signWithIdentity((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return "SharedAccessSignature sr=" + resource + "&sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8) + "&se="
                + expiry + "&skn=registration";
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
