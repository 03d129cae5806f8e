package dev.muster.tpm;

import dev.muster.base.Refusal;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public area of a key that lives in a TPM and protects others: an endorsement key or a storage root key, RSA 2048
 * with SHA-256. Immutable.
 *
 * @see <a href="https://trustedcomputinggroup.org/resource/tpm-library-specification/">TPM 2.0 part 2, section 12.2:
 *     public area structures</a>
 */
public final class TpmPublicKey {
    /** Public areas of this kind have 314 bytes; with a long policy a few more. */
    private static final int MAX_BYTES = 512;

    private static final int RSA_BITS = 2048;
    private static final int AES_BITS = 128;
    private static final int AES_LONG_BITS = 256;
    private static final int DEFAULT_EXPONENT = 65537;

    /**
     * The TPM made the key and never lets go of it, and it does nothing but protect other keys. Without these, a
     * device's software could name a key of its own and read what is meant for the TPM alone.
     */
    private static final int REQUIRED =
            Attributes.FIXED_TPM | Attributes.FIXED_PARENT | Attributes.RESTRICTED | Attributes.DECRYPT;

    private final byte[] area;
    private final RSAPublicKey key;
    private final int symmetricBits;

    private TpmPublicKey(byte[] area, RSAPublicKey key, int symmetricBits) {
        this.area = area;
        this.key = key;
        this.symmetricBits = symmetricBits;
    }

    /**
     * @param sized a {@code TPM2B_PUBLIC}
     * @throws Refusal INVALID_ARGUMENT when it is not the public area of such a key
     */
    public static TpmPublicKey parse(byte[] sized) {
        if (sized.length > MAX_BYTES) {
            throw TpmReader.malformed("it has more than " + MAX_BYTES + " bytes");
        }
        TpmReader outer = new TpmReader(sized);
        byte[] area = outer.sized();
        outer.end();
        TpmReader in = new TpmReader(area);
        expect(in.unsigned16(), Algorithms.RSA, "its type is not RSA");
        expect(in.unsigned16(), Algorithms.SHA256, "its name is not made with SHA-256");
        expect(in.signed32() & REQUIRED, REQUIRED, "it is not fixed to its TPM, restricted and for decryption");
        in.sized();
        expect(in.unsigned16(), Algorithms.AES, "its symmetric algorithm is not AES");
        int symmetricBits = in.unsigned16();
        if (symmetricBits != AES_BITS && symmetricBits != AES_LONG_BITS) {
            throw TpmReader.malformed("its AES keys have " + symmetricBits + " bits");
        }
        expect(in.unsigned16(), Algorithms.CFB, "its symmetric mode is not CFB");
        expect(in.unsigned16(), Algorithms.NULL, "it has a scheme");
        expect(in.unsigned16(), RSA_BITS, "it has not 2048 bits");
        int exponent = in.signed32();
        expect(exponent == 0 ? DEFAULT_EXPONENT : exponent, DEFAULT_EXPONENT, "its exponent is not 65537");
        BigInteger modulus = new BigInteger(1, in.sized());
        in.end();
        expect(modulus.bitLength(), RSA_BITS, "its modulus has not 2048 bits");
        expect(modulus.testBit(0) ? 1 : 0, 1, "its modulus is even");
        return new TpmPublicKey(area, rsa(modulus), symmetricBits);
    }

    /**
     * @param base64 of a {@code TPM2B_PUBLIC}
     * @throws Refusal INVALID_ARGUMENT when it is not the public area of such a key
     */
    public static TpmPublicKey parse(String base64) {
        try {
            return parse(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw TpmReader.malformed("it is not base64");
        }
    }

    /** The {@code TPM2B_PUBLIC}. */
    public byte[] encoded() {
        return new TpmWriter().sized(area).bytes();
    }

    /** The {@code TPM2B_PUBLIC} in base64. */
    public String base64() {
        return Base64.getEncoder().encodeToString(encoded());
    }

    /** By which a TPM knows the key: its hash and the hash's algorithm. */
    byte[] name() {
        return TpmCrypto.name(area);
    }

    RSAPublicKey key() {
        return key;
    }

    /** Of the symmetric keys by which it protects what is below it. */
    int symmetricBits() {
        return symmetricBits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TpmPublicKey that && Arrays.equals(area, that.area);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(area);
    }

    /** By which owners can tell keys apart. */
    @Override
    public String toString() {
        return "SHA-256 " + HexFormat.of().withUpperCase().formatHex(TpmCrypto.sha256(encoded()));
    }

    private static void expect(int found, int expected, String rule) {
        if (found != expected) {
            throw TpmReader.malformed(rule);
        }
    }

    private static RSAPublicKey rsa(BigInteger modulus) {
        try {
            return (RSAPublicKey) KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(DEFAULT_EXPONENT)));
        } catch (GeneralSecurityException e) {
            throw TpmReader.malformed("its modulus is none");
        }
    }
}
