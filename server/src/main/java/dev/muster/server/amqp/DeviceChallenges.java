package dev.muster.server.amqp;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.tls.Caller;
import dev.muster.tpm.KeyImport;
import dev.muster.tpm.TpmKeys;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** The challenges of the provisioning service for one connection. Thread-safe; blocks. */
record DeviceChallenges(Caller caller, ProvisioningSession.Services services) implements TpmChallenges {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int KEY_BYTES = 32;

    @Override
    public byte[] challenge(DeviceAddress device, Supplier<TpmKeys> keys) {
        return session(device).challenge(keys);
    }

    @Override
    public void turnAway(DeviceAddress device, String rule) {
        session(device)
                .turnAway(new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The exchange of the SASL mechanism TPM is not well-formed.",
                        new Explanation(
                                "device '" + device.registrationId() + "'", rule, "let the SDK's TPM provider speak")));
    }

    private ProvisioningSession session(DeviceAddress device) {
        return new ProvisioningSession(Login.anonymous().of(device, Optional.empty(), false), caller, services);
    }

    @Override
    public byte[] decoy(TpmKeys keys) {
        byte[] secret = new byte[KEY_BYTES];
        RANDOM.nextBytes(secret);
        return KeyImport.seal(keys, secret, new byte[0], RANDOM);
    }
}
