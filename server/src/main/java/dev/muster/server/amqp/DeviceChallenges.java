package dev.muster.server.amqp;

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
        return new ProvisioningSession(Login.anonymous().of(device, Optional.empty(), false), caller, services)
                .challenge(keys);
    }

    @Override
    public byte[] decoy(TpmKeys keys) {
        byte[] secret = new byte[KEY_BYTES];
        RANDOM.nextBytes(secret);
        return KeyImport.seal(keys, secret, new byte[0], RANDOM);
    }
}
