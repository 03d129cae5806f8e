package dev.muster.certification;

import dev.muster.pki.Peer;
import java.util.Optional;

/** Who asks for a certificate, and what it brought to prove who it is. */
public record Applicant(Peer peer, Optional<Password> password) {
    /**
     * As HTTP has it (RFC 7617).
     *
     * @param name the registration id
     * @param secret the device's symmetric key in base64
     */
    public record Password(String name, String secret) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Password[" + name + "]";
        }
    }

    /** Whether it brought nothing. */
    boolean isStranger() {
        return password.isEmpty() && peer.leaf().isEmpty();
    }

    /** The name it goes by: that of its password, else of its certificate. */
    String name() {
        return password.map(Password::name)
                .or(() -> peer.leaf().flatMap(leaf -> leaf.commonName()))
                .orElse("");
    }
}
