package dev.muster.enrollment;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.pki.Peer;
import dev.muster.tpm.TpmKeys;
import java.util.Locale;
import java.util.Optional;

/**
 * Who a device says it is, and what it brought to prove it.
 *
 * @param idScope as the device spelled it, known to be this service's
 * @param tpm the keys of its TPM, if it has named one
 */
public record Claim(String idScope, RegistrationId id, Peer peer, Optional<TpmKeys> tpm) {
    /** What a token for this registration is made for, in lower case. */
    String resource() {
        return (idScope + "/registrations/" + id).toLowerCase(Locale.ROOT);
    }

    /** The answer to a claim that nothing proves; rule and remedy are for the owner. */
    public Refusal unproved(String rule, String remedy) {
        return new Refusal(Reason.UNAUTHORIZED, "Unauthorized", new Explanation("device '" + id + "'", rule, remedy));
    }
}
