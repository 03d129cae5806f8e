package dev.muster.certification;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Claim;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.RevocationGate;
import java.time.InstantSource;
import java.util.Optional;

/** A certificate that was issued here proves as much as what it was issued for. Stateless; thread-safe. */
public final class IssuedProof {
    private final Enrollments enrollments;
    private final EnrollmentGroups groups;
    private final IssuedCertificates issued;
    private final ChainValidator validator;
    private final RevocationGate gate;
    private final InstantSource clock;

    public IssuedProof(
            Enrollments enrollments,
            EnrollmentGroups groups,
            IssuedCertificates issued,
            ChainValidator validator,
            RevocationGate gate,
            InstantSource clock) {
        this.enrollments = enrollments;
        this.groups = groups;
        this.issued = issued;
        this.validator = validator;
        this.gate = gate;
        this.clock = clock;
    }

    /** @throws Refusal CERTIFICATE_REFUSED for a certificate that has expired or was revoked */
    Optional<Enrollment> enrollment(Claim claim) {
        if (claim.peer().token().isPresent()) {
            return Optional.empty();
        }
        Certificate leaf = claim.peer().leaf().orElseThrow();
        Optional<Enrollment> basis =
                issued.find(leaf.thumbprint()).flatMap(record -> basis(claim.id(), record.basis()));
        if (basis.isPresent()) {
            validator.validateLeaf(leaf, clock.instant());
            gate.check(claim.peer().certificates());
        }
        return basis;
    }

    private Optional<Enrollment> basis(RegistrationId id, Basis basis) {
        Optional<Enrollment.Individual> individual = enrollments.find(id);
        return switch (basis.kind()) {
            case INDIVIDUAL_ENROLLMENT -> individual.map(Enrollment.class::cast);
            // An entry of the device's own goes before its group's.
            case ENROLLMENT_GROUP ->
                individual.isPresent()
                        ? Optional.empty()
                        : groups.find(basis.id()).map(Enrollment.class::cast);
            case HUB, OWNER -> Optional.empty();
        };
    }
}
