package dev.muster.cli.client;

import dev.muster.pki.Certificate;
import java.security.PrivateKey;
import java.util.List;

/**
 * What a device proves its name with.
 *
 * @param chain leaf first, then every certificate that the server needs to reach one it knows
 */
public record DeviceCredential(List<Certificate> chain, PrivateKey key) {
    public DeviceCredential {
        chain = List.copyOf(chain);
    }

    /** Keys are secrets, so the text form leaves this one out. */
    @Override
    public String toString() {
        return "DeviceCredential[" + chain.getFirst() + "]";
    }
}
