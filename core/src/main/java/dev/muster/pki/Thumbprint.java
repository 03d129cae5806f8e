package dev.muster.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-256 hash of a certificate's DER bytes in upper-case hexadecimal, 64 digits: the one key by which certificates
 * are stored and compared. Issuer and serial number do not do for that, since test authorities collide in them.
 */
public record Thumbprint(String hex) {
    public Thumbprint {
        hex = hex.replace(":", "").strip().toUpperCase(Locale.ROOT);
    }

    public static Thumbprint of(byte[] der) {
        return new Thumbprint(hash("SHA-256", der));
    }

    /** The SHA-1 hash in upper-case hexadecimal, 40 digits: what Azure shows people. Never a proof of anything. */
    public static String sha1(byte[] der) {
        return hash("SHA-1", der);
    }

    private static String hash(String algorithm, byte[] der) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(der));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
