package dev.muster.server.amqp;

import dev.muster.tpm.TpmKeys;
import java.util.function.Supplier;

/** What the mechanism {@code TPM} needs of the domain. Implementations may block. */
interface TpmChallenges {
    /**
     * A key for the device, wrapped so that only its TPM can use it.
     *
     * @param keys reads what the device sent; throws a refusal when that is no TPM's
     * @return six TPM 2.0 structures back to back, as Azure's SDKs take them apart
     * @throws dev.muster.base.Refusal when there is no such device, or the keys are not those of its TPM
     */
    byte[] challenge(DeviceAddress device, Supplier<TpmKeys> keys);

    /**
     * The same with a key that nobody keeps: for a device whose registration is going to be refused.
     *
     * @throws dev.muster.base.Refusal when nothing can be wrapped for this TPM
     */
    byte[] decoy(TpmKeys keys);

    /** Leaves a record of a device that does not go on as it must. Does not block. */
    void turnAway(DeviceAddress device, String rule);
}
