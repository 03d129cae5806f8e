package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A private key and the certificates that came with it.
 *
 * @param certificates in any order; not empty
 */
public record KeyBundle(PrivateKey key, List<Certificate> certificates) {
    public KeyBundle {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads a PKCS#12 file (RFC 7292) with one key.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static KeyBundle ofPkcs12(byte[] content, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey key) {
                    java.security.cert.Certificate[] chain = store.getCertificateChain(alias);
                    if (chain != null && chain.length > 0) {
                        return new KeyBundle(key, parse(chain));
                    }
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw refused("it cannot be opened: " + e.getMessage(), "give the password that it was written with");
        }
        throw refused("it has no key with a certificate", "export both into one file");
    }

    private static List<Certificate> parse(java.security.cert.Certificate[] chain) throws GeneralSecurityException {
        Certificate[] parsed = new Certificate[chain.length];
        for (int i = 0; i < chain.length; i++) {
            parsed[i] = Certificate.parse(chain[i].getEncoded());
        }
        return Arrays.asList(parsed);
    }

    private static Refusal refused(String rule, String remedy) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The PKCS#12 file cannot be read.",
                new Explanation("PKCS#12 file", rule, remedy));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "KeyBundle[" + certificates.getFirst().subject() + "]";
    }
}
