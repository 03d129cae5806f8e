package dev.muster.pki;

import java.util.List;

/**
 * A leaf and the certificates above it, each of which signed the one before. Says nothing of validity or trust.
 *
 * @param certificates leaf first, never empty
 * @param end why it goes no further, for the owner: such as {@code self-signed}, or {@code no certificate named CN=X
 *     was presented or is known}
 */
public record Path(List<Certificate> certificates, String end) {
    public Path {
        certificates = List.copyOf(certificates);
    }

    public Certificate leaf() {
        return certificates.getFirst();
    }

    /** The issuers of the leaf, nearest first. */
    public List<Certificate> issuers() {
        return certificates.subList(1, certificates.size());
    }

    /** Names one of its certificates to the owner: {@code certificate 2 of 3, CN=...}. */
    public String title(Certificate certificate) {
        return "certificate " + (certificates.indexOf(certificate) + 1) + " of " + certificates.size() + ", "
                + certificate.subject();
    }
}
