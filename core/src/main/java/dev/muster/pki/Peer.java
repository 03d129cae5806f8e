package dev.muster.pki;

import dev.muster.base.SasToken;
import java.util.List;
import java.util.Optional;

/**
 * What the other end of a connection brought along to prove who it is: parsed, not judged.
 *
 * @param address where it came from, for the record of attempts
 * @param transport by what it came, such as {@code HTTPS} or {@code MQTT}
 * @param certificates leaf first, as presented in TLS, whose handshake has shown that the peer holds the leaf's key;
 *     empty without a client certificate
 * @param token the shared access signature it sent, if any
 */
public record Peer(String address, String transport, List<Certificate> certificates, Optional<SasToken> token) {
    public Peer {
        certificates = List.copyOf(certificates);
    }

    public Optional<Certificate> leaf() {
        return certificates.isEmpty() ? Optional.empty() : Optional.of(certificates.getFirst());
    }
}
