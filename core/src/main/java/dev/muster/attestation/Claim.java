package dev.muster.attestation;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.SasToken;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Peer;
import dev.muster.tpm.TpmKeys;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Who a device says it is, and what it brought to prove it.
 *
 * @param idScope as the device spelled it, known to be this service's
 * @param tpm the keys of its TPM, if it has named one
 */
public record Claim(String idScope, RegistrationId id, Peer peer, Optional<TpmKeys> tpm) {
    /**
     * Of a device that shows its key itself, where others show a token made with it. The token is made here, so that
     * both are judged by the same code.
     *
     * @param key in base64
     * @throws Refusal UNAUTHORIZED when that is no key
     */
    public Claim withKey(String key, Instant now) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(key.strip());
        } catch (IllegalArgumentException _) {
            secret = new byte[0];
        }
        if (secret.length == 0) {
            throw unproved(
                    "its password is no key in base64", "let it send its symmetric key as Azure's tools print it");
        }
        SasToken token = SasToken.sign(resource(), now, secret);
        return new Claim(
                idScope, id, new Peer(peer.address(), peer.transport(), peer.certificates(), Optional.of(token)), tpm);
    }

    /** What a token for this registration is made for, in lower case. */
    String resource() {
        return (idScope + "/registrations/" + id).toLowerCase(Locale.ROOT);
    }

    /** The answer to a claim that nothing proves; rule and remedy are for the owner. */
    public Refusal unproved(String rule, String remedy) {
        return new Refusal(Reason.UNAUTHORIZED, "Unauthorized", new Explanation("device '" + id + "'", rule, remedy));
    }
}
