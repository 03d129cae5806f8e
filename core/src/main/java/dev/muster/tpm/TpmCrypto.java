package dev.muster.tpm;

import dev.muster.base.SasToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/** The arithmetic of a TPM with SHA-256, as TPM 2.0 part 1 has it. Stateless. */
final class TpmCrypto {
    static final int HASH_BYTES = 32;
    private static final int AES_BLOCK_BYTES = 16;

    private TpmCrypto() {}

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw lacking(e);
        }
    }

    /** The name of an object: algorithm and hash of its public area (part 1, section 16). */
    static byte[] name(byte[] publicArea) {
        return new TpmWriter()
                .unsigned16(Algorithms.SHA256)
                .raw(sha256(publicArea))
                .bytes();
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        TpmWriter message = new TpmWriter();
        for (byte[] part : parts) {
            message.raw(part);
        }
        return SasToken.hmac(key, message.bytes());
    }

    /**
     * KDFa (part 1, section 11.4.10.2), whose one round of HMAC-SHA256 gives as much as is ever asked for here.
     *
     * @param bits at most 256
     */
    static byte[] deriveKey(byte[] key, String label, byte[] context, int bits) {
        byte[] message = new TpmWriter()
                .unsigned32(1)
                .raw(terminated(label))
                .raw(context)
                .unsigned32(bits)
                .bytes();
        return Arrays.copyOf(SasToken.hmac(key, message), bits / Byte.SIZE);
    }

    /** AES in CFB mode with an initial vector of zeros, of any length. */
    static byte[] encrypt(byte[] key, byte[] plain) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[AES_BLOCK_BYTES]));
            // Java wants whole blocks here. What comes after does not change what comes before, so it can be cut off.
            int blocks = (plain.length + AES_BLOCK_BYTES - 1) / AES_BLOCK_BYTES;
            byte[] encrypted = cipher.doFinal(Arrays.copyOf(plain, blocks * AES_BLOCK_BYTES));
            return Arrays.copyOf(encrypted, plain.length);
        } catch (GeneralSecurityException e) {
            throw lacking(e);
        }
    }

    /**
     * RSA-OAEP, whose label ends in a zero byte here (part 1, section B.4).
     *
     * @throws dev.muster.base.Refusal INVALID_ARGUMENT for a modulus that is none
     */
    static byte[] encrypt(RSAPublicKey key, String label, byte[] seed) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    key,
                    new OAEPParameterSpec(
                            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, new PSource.PSpecified(terminated(label))));
            return cipher.doFinal(seed);
        } catch (GeneralSecurityException e) {
            throw TpmReader.malformed("nothing can be encrypted with it");
        }
    }

    private static byte[] terminated(String label) {
        return (label + '\0').getBytes(StandardCharsets.US_ASCII);
    }

    private static IllegalStateException lacking(GeneralSecurityException e) {
        return new IllegalStateException("every Java platform has SHA-256, AES and RSA-OAEP", e);
    }
}
