package dev.muster.attestation;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Knows devices that come back by the certificates that were issued to them. Safe for any number of threads. */
public final class OperationalCertificates {
    private final IssuedCertificates certificates;
    private final Duration acceptExpired;
    private final InstantSource clock;

    /** @param acceptExpired for how long after it has expired a certificate may still be used to register */
    public OperationalCertificates(IssuedCertificates certificates, Duration acceptExpired, InstantSource clock) {
        this.certificates = certificates;
        this.acceptExpired = acceptExpired;
        this.clock = clock;
    }

    /** Whether devices of an enrollment may come back with what they were issued. */
    static boolean serve(Enrollment enrollment) {
        return enrollment.certificatePolicy().issuer().isPresent();
    }

    /** What was issued to this very device, if its certificate was. */
    Optional<IssuedCertificate> find(RegistrationId id, Certificate leaf) {
        return certificates
                .find(leaf.thumbprint())
                .filter(issued -> issued.subject().equalsIgnoreCase(id.value()));
    }

    /** The group by whose leave the device has its certificate, or had the one that was renewed over its hub. */
    Optional<String> group(IssuedCertificate issued) {
        return Optional.of(issued)
                .filter(it -> it.basis().kind() != Basis.Kind.HUB)
                .or(() -> certificates.of(issued.subject()).stream()
                        .filter(it -> it.basis().kind() != Basis.Kind.HUB)
                        .findFirst())
                .map(IssuedCertificate::basis)
                .filter(basis -> basis.kind() == Basis.Kind.ENROLLMENT_GROUP)
                .map(Basis::id);
    }

    /**
     * As of when a certificate is judged: now, or its last moment for a device that comes late and is let in all the
     * same.
     */
    Instant moment(Certificate leaf) {
        Instant now = clock.instant();
        boolean late = now.isAfter(leaf.notAfter());
        return late && !now.isAfter(leaf.notAfter().plus(acceptExpired)) ? leaf.notAfter() : now;
    }

    /** Whether a certificate is good for nothing but what {@link #moment} makes of it. */
    boolean isLate(Certificate leaf) {
        return acceptExpired.isPositive() && clock.instant().isAfter(leaf.notAfter());
    }
}
