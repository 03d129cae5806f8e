package dev.muster.certification;

import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.authority.IssuedCertificates;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Attestor;
import dev.muster.enrollment.Claim;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.registration.Origin;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Admits devices to certificates by the enrollments by which they register. Stateless; safe for any number of threads.
 */
public final class Applicants {
    private final String idScope;
    private final Attestor attestor;
    private final Enrollments enrollments;
    private final EnrollmentGroups groups;
    private final IssuedCertificates issued;
    private final ChainValidator validator;
    private final InstantSource clock;

    public Applicants(
            String idScope,
            Attestor attestor,
            Enrollments enrollments,
            EnrollmentGroups groups,
            IssuedCertificates issued,
            ChainValidator validator,
            InstantSource clock) {
        this.idScope = idScope;
        this.attestor = attestor;
        this.enrollments = enrollments;
        this.groups = groups;
        this.issued = issued;
        this.validator = validator;
        this.clock = clock;
    }

    /** A device that has proved itself, and the entry that lets it. */
    record Admitted(RegistrationId id, Enrollment enrollment) {}

    /** @throws Refusal what {@link Attestor#attest} throws, or FORBIDDEN */
    Admitted admit(Applicant applicant) {
        RegistrationId id = new RegistrationId(applicant.name());
        Claim claim = new Claim(idScope, id, applicant.peer(), Optional.empty());
        Claim proof = applicant
                .password()
                .map(password -> claim.withKey(password.secret(), clock.instant()))
                .orElse(claim);
        Enrollment enrollment =
                byIssued(proof).orElseGet(() -> attestor.attest(proof).enrollment());
        if (!enrollment.settings().enabled()) {
            throw new Refusal(Reason.FORBIDDEN, "The device's enrollment is disabled.", Origin.disabled(enrollment));
        }
        return new Admitted(id, enrollment);
    }

    /** A certificate that was issued here proves as much as what it was issued for. */
    private Optional<Enrollment> byIssued(Claim claim) {
        if (claim.peer().token().isPresent()) {
            return Optional.empty();
        }
        Certificate leaf = claim.peer().leaf().orElseThrow();
        Optional<Enrollment> basis =
                issued.find(leaf.thumbprint()).flatMap(record -> basis(claim.id(), record.basis()));
        if (basis.isPresent()) {
            validator.validateLeaf(leaf, clock.instant());
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
