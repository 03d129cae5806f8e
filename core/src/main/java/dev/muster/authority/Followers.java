package dev.muster.authority;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;

/** Port to those who let devices in by the certificate of an authority. */
public interface Followers {
    /**
     * Lets devices in by another certificate wherever they are by this one, which stays good; in the caller's
     * transaction.
     *
     * @throws Refusal INVALID_ARGUMENT where there is no room for another
     */
    void follow(Certificate before, Certificate after);
}
