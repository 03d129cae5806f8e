package dev.muster.server.tls;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.RuntimeCryptoException;

/** Puts the fast signature algorithms in front of the JDK's own: a P-256 verification takes an eighth of the time. */
public final class FastCrypto {
    private FastCrypto() {}

    /** @return whether this platform has them; the JDK's own do the work where not */
    public static boolean install() {
        AmazonCorrettoCryptoProvider.install();
        try {
            AmazonCorrettoCryptoProvider.INSTANCE.assertHealthy();
            return true;
        } catch (RuntimeCryptoException e) {
            return false;
        }
    }
}
