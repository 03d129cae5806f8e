package dev.muster.base;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes secrets of others, which must be used and so cannot be hashed, unreadable to whoever has the store and not the
 * key: AES-256-GCM with a random nonce (NIST SP 800-38D). Safe for any number of threads.
 */
public final class Seal {
    public static final int KEY_BYTES = 32;

    /** Begins all that is sealed, and nothing that was stored before there were seals, which is JSON. */
    private static final byte VERSION = 1;

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final SecretKeySpec key;
    private final SecureRandom random;

    /** @param key of {@link #KEY_BYTES} */
    public Seal(byte[] key, SecureRandom random) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + key.length + " bytes and not " + KEY_BYTES);
        }
        this.key = new SecretKeySpec(key, "AES");
        this.random = random;
    }

    /** Whether the bytes are sealed, and not something older that was stored as it is. */
    public static boolean isSealed(byte[] stored) {
        return stored.length > NONCE_BYTES + TAG_BYTES && stored[0] == VERSION;
    }

    /** @param owner whose secret it is; for another it does not open */
    public byte[] close(byte[] secret, String owner) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(secret);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** @throws Refusal INVALID_ARGUMENT when it was sealed with another key, or for another owner, or was changed */
    public byte[] open(byte[] stored, String owner) {
        if (!isSealed(stored)) {
            throw broken(owner);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer rest = ByteBuffer.wrap(stored, 1, stored.length - 1).get(nonce);
        byte[] sealed = new byte[rest.remaining()];
        rest.get(sealed);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, owner).doFinal(sealed);
        } catch (AEADBadTagException e) {
            throw broken(owner);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static Refusal broken(String owner) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "A stored secret cannot be read.",
                new Explanation(
                        owner,
                        "it was sealed with another key than this server's, or was changed since",
                        "give the server the secrets.key under which it was stored, or store it again"));
    }
}
