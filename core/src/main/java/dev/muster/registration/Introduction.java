package dev.muster.registration;

import dev.muster.attestation.Proof;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Certificate;
import dev.muster.tpm.KeyImport;
import dev.muster.tpm.TpmKeys;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * How a hub and a device that has proved itself come to know each other.
 *
 * @param authentication what the hub is told
 * @param credential what is kept of it, and the device may be told
 */
record Introduction(Authentication authentication, Credential credential) {
    private static final int KEY_BYTES = 32;

    /** Goes to the TPM along with its key, and no SDK does anything with it. */
    private static final byte[] NOTE = "hub".getBytes(StandardCharsets.US_ASCII);

    static Introduction of(Proof proof, RandomGenerator random) {
        return switch (proof) {
            case Proof.Leaf(Certificate leaf) ->
                new Introduction(
                        Authentication.SelfSigned.of(leaf.thumbprint()), new Credential.Leaf(leaf.thumbprint()));
            case Proof.Keys(SymmetricKeys(SymmetricKey primary, SymmetricKey secondary)) ->
                new Introduction(new Authentication.Sas(primary.base64(), secondary.base64()), new Credential.Key());
            case Proof.Tpm(TpmKeys keys) -> ofTpm(keys, random);
        };
    }

    /** A new key each time: registering has put another in the place of the one that the TPM had. */
    private static Introduction ofTpm(TpmKeys keys, RandomGenerator random) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        return new Introduction(
                new Authentication.Sas(
                        SymmetricKey.of(secret).base64(),
                        SymmetricKey.random(KEY_BYTES, random).base64()),
                new Credential.Tpm(Base64.getEncoder().encodeToString(KeyImport.seal(keys, secret, NOTE, random))));
    }
}
