package dev.muster.cli.client.load;

import dev.muster.pki.Certificate;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A device with what it proves itself by.
 *
 * @param registrationId also the common name of its leaf
 * @param chain leaf first, without the root
 */
public record LoadDevice(String registrationId, PrivateKey key, List<Certificate> chain) {
    public LoadDevice {
        chain = List.copyOf(chain);
    }

    X509Certificate[] x509Chain() {
        return chain.stream().map(Certificate::x509).toArray(X509Certificate[]::new);
    }

    /** Keys are secrets, so the text form leaves this one out. */
    @Override
    public String toString() {
        return "LoadDevice[" + registrationId + "]";
    }
}
