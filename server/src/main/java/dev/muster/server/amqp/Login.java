package dev.muster.server.amqp;

import dev.muster.base.Refusal;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.tpm.TpmKeys;
import java.util.Optional;

/**
 * What a client said of itself in SASL; nothing without it.
 *
 * @param device the only one whose links it may open, if it named one
 * @param token as it was sent: it is read when the device registers, which leaves a record of what is wrong with it
 * @param tpm the keys of the TPM that made the token
 * @param refused what is wrong with them, for the answer to the registration
 */
record Login(Optional<DeviceAddress> device, Optional<String> token, Optional<TpmKeys> tpm, Optional<Refusal> refused) {
    static Login anonymous() {
        return new Login(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The device of a link, as this login introduces it. */
    ProvisioningSession.Device of(DeviceAddress address, Optional<String> apiVersion, boolean missesFastAnswers) {
        return new ProvisioningSession.Device(
                address.idScope(), address.registrationId(), apiVersion, token, tpm, missesFastAnswers);
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "Login[" + device.map(DeviceAddress::toString).orElse("anonymous") + "]";
    }
}
