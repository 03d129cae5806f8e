package dev.muster.base;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A secret that a device or a group of devices shares with a service.
 *
 * @param base64 of 16 to 64 bytes, as Azure demands
 */
public record SymmetricKey(String base64) {
    private static final int MIN_BYTES = 16;
    private static final int MAX_BYTES = 64;

    /** @throws Refusal INVALID_ARGUMENT when it is no such key */
    public SymmetricKey {
        int length = lengthOf(base64);
        if (length < MIN_BYTES || length > MAX_BYTES) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "A symmetric key is base64 of 16 to 64 bytes.");
        }
    }

    public static SymmetricKey of(byte[] secret) {
        return new SymmetricKey(Base64.getEncoder().encodeToString(secret));
    }

    public static SymmetricKey random(int bytes, RandomGenerator random) {
        byte[] secret = new byte[bytes];
        random.nextBytes(secret);
        return of(secret);
    }

    /**
     * The key of one of the devices that share this one: HMAC-SHA256 of its registration id.
     *
     * @param registrationId in the spelling for which the device's key was made; Azure advises lower case
     * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation">DPS: symmetric key
     *     attestation</a>
     */
    public SymmetricKey derive(String registrationId) {
        return of(SasToken.hmac(Base64.getDecoder().decode(base64), registrationId.getBytes(StandardCharsets.UTF_8)));
    }

    /** Keys are secrets, so the text form leaves this one out. */
    @Override
    public String toString() {
        return "SymmetricKey";
    }

    private static int lengthOf(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length;
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }
}
