package dev.muster.tpm;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/** Keys as a TPM would name them; their private halves are nowhere. */
public final class TestTpm {
    static final int STORAGE_KEY =
            Attributes.FIXED_TPM | Attributes.FIXED_PARENT | Attributes.RESTRICTED | Attributes.DECRYPT;

    private TestTpm() {}

    public static TpmKeys keys() {
        return new TpmKeys(key(), key());
    }

    public static TpmPublicKey key() {
        return TpmPublicKey.parse(sized(area(STORAGE_KEY, 0, modulus())));
    }

    static byte[] sized(byte[] area) {
        return new TpmWriter().sized(area).bytes();
    }

    static byte[] area(int attributes, int exponent, byte[] modulus) {
        return new TpmWriter()
                .unsigned16(Algorithms.RSA)
                .unsigned16(Algorithms.SHA256)
                .unsigned32(attributes)
                .sized(new byte[32])
                .unsigned16(Algorithms.AES)
                .unsigned16(128)
                .unsigned16(Algorithms.CFB)
                .unsigned16(Algorithms.NULL)
                .unsigned16(2048)
                .unsigned32(exponent)
                .sized(modulus)
                .bytes();
    }

    static byte[] modulus() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            BigInteger modulus = ((RSAPublicKey) generator.generateKeyPair().getPublic()).getModulus();
            byte[] signed = modulus.toByteArray();
            return Arrays.copyOfRange(signed, signed.length - 256, signed.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
