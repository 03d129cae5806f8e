package dev.muster.cli.client.load;

import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A device with what it proves itself by.
 *
 * @param registrationId also the common name of its leaf
 * @param chain leaf first, without the root
 */
public record LoadDevice(String registrationId, PrivateKey key, List<X509Certificate> chain) {
    public LoadDevice {
        chain = List.copyOf(chain);
    }

    /** The chain as PEM, leaf first. */
    public String chainPem() {
        return chain.stream().map(LoadDevice::pem).collect(Collectors.joining());
    }

    /** The key as PEM (PKCS #8), a secret. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate is always encoded", e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Keys are secrets, so the text form leaves this one out. */
    @Override
    public String toString() {
        return "LoadDevice[" + registrationId + "]";
    }
}
