package dev.muster.pki;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A list of certificates explained to their owner: what each is, who signed it, and what a registration with them would
 * be refused for. Judges by {@link ChainValidator}, as a registration does. Immutable.
 *
 * @param remarks what is odd about the list as a whole, such as a wrong order
 * @param refusal why a device that presents them is refused, or, without a device's certificate among them, why its
 *     devices would be
 */
public record ChainReview(List<Entry> entries, List<String> remarks, Optional<Explanation> refusal) {
    private static final long SECONDS_OF_DAY = Duration.ofDays(1).toSeconds();

    /** What a certificate is for. */
    public enum Role {
        ROOT,
        INTERMEDIATE,
        LEAF
    }

    /**
     * One certificate of the list.
     *
     * @param position from 1
     * @param key such as {@code EC 256 bits}
     * @param daysLeft until it expires; negative afterwards
     * @param issuedBy who signed it, as far as the list shows
     */
    public record Entry(int position, Certificate certificate, Role role, String key, long daysLeft, String issuedBy) {}

    public ChainReview {
        entries = List.copyOf(entries);
        remarks = List.copyOf(remarks);
    }

    /** @param certificates as presented or as read from a file; not empty */
    public static ChainReview of(List<Certificate> certificates, Instant now) {
        List<Entry> entries = new ArrayList<>();
        for (Certificate certificate : certificates) {
            entries.add(new Entry(
                    entries.size() + 1,
                    certificate,
                    role(certificate),
                    KeyAlgorithm.describe(certificate.x509().getPublicKey()),
                    Math.floorDiv(Duration.between(now, certificate.notAfter()).toSeconds(), SECONDS_OF_DAY),
                    issuedBy(certificate, certificates)));
        }
        Optional<Certificate> leaf =
                certificates.stream().filter(each -> role(each) == Role.LEAF).findFirst();
        List<String> remarks = new ArrayList<>();
        leaf.filter(device -> !device.equals(certificates.getFirst()))
                .ifPresent(device -> remarks.add("The order is wrong: the device's certificate, " + device.subject()
                        + ", must come first, for TLS takes the first one for the peer's own."));
        Certificate lowest = leaf.orElseGet(() -> lowest(certificates));
        Path path;
        try {
            path = path(lowest, certificates);
        } catch (Refusal refusal) {
            return new ChainReview(entries, remarks, refusal.explanation());
        }
        remarks.addAll(remarks(path, certificates));
        return new ChainReview(entries, remarks, refusal(path, leaf.isPresent(), now));
    }

    private static Path path(Certificate lowest, List<Certificate> certificates) {
        List<Certificate> presented = new ArrayList<>(certificates);
        presented.remove(lowest);
        presented.addFirst(lowest);
        return new ChainValidator().build(presented, _ -> List.of());
    }

    private static List<String> remarks(Path path, List<Certificate> certificates) {
        List<String> remarks = new ArrayList<>();
        for (Certificate certificate : certificates) {
            if (!path.certificates().contains(certificate)) {
                remarks.add("Certificate " + (certificates.indexOf(certificate) + 1) + ", " + certificate.subject()
                        + ", has no part in the chain of " + path.leaf().subject() + ".");
            }
        }
        List<Certificate> inOrder =
                certificates.stream().filter(path.certificates()::contains).toList();
        if (!inOrder.equals(path.certificates()) && inOrder.getFirst().equals(path.leaf())) {
            remarks.add(
                    "The order is odd: each certificate should be followed by the one that signed it. It is accepted"
                            + " here, and not everywhere.");
        }
        Certificate top = path.certificates().getLast();
        if (!top.isSelfIssued()) {
            remarks.add("The chain ends at " + top.subject() + ": " + path.end() + ". That is enough where "
                    + top.issuer() + " is known, or " + top.subject() + " itself is verified.");
        }
        return remarks;
    }

    private static Optional<Explanation> refusal(Path path, boolean ofDevice, Instant now) {
        ChainValidator validator = new ChainValidator();
        try {
            if (!ofDevice) {
                path.certificates().forEach(authority -> PathRefusal.checkDates(authority, path, now));
            } else if (path.issuers().isEmpty()) {
                validator.validateLeaf(path.leaf(), now);
            } else {
                validator.validate(path, path.certificates().getLast(), now);
            }
            return Optional.empty();
        } catch (Refusal refusal) {
            return refusal.explanation();
        }
    }

    /** The authority that signed no other in the list; the first where all did. */
    private static Certificate lowest(List<Certificate> certificates) {
        return certificates.stream()
                .filter(each ->
                        certificates.stream().noneMatch(other -> !other.equals(each) && isNamedIssuer(each, other)))
                .findFirst()
                .orElse(certificates.getFirst());
    }

    private static Role role(Certificate certificate) {
        boolean selfSigned = certificate.isSelfIssued() && certificate.isSignedBy(certificate);
        if (certificate.isAuthority()) {
            return selfSigned ? Role.ROOT : Role.INTERMEDIATE;
        }
        return Role.LEAF;
    }

    private static String issuedBy(Certificate certificate, List<Certificate> certificates) {
        if (certificate.isSelfIssued() && certificate.isSignedBy(certificate)) {
            return "itself (self-signed)";
        }
        String namesake = "";
        for (int i = 0; i < certificates.size(); i++) {
            Certificate other = certificates.get(i);
            if (isNamedIssuer(other, certificate)) {
                if (certificate.isSignedBy(other)) {
                    return "certificate " + (i + 1) + ", " + other.subject();
                }
                namesake =
                        "; certificate " + (i + 1) + " has that name, but the signature does not verify with its key";
            }
        }
        return certificate.issuer() + ", which is not among these" + namesake;
    }

    private static boolean isNamedIssuer(Certificate issuer, Certificate certificate) {
        return issuer.x509().getSubjectX500Principal().equals(certificate.x509().getIssuerX500Principal());
    }
}
