package dev.muster.certification;

import dev.muster.attestation.Attestor;
import dev.muster.attestation.Claim;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.Origin;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Admits devices to certificates by the enrollments by which they register. Stateless; safe for any number of threads.
 */
public final class Applicants {
    private final String idScope;
    private final Attestor attestor;
    private final InstantSource clock;

    public Applicants(String idScope, Attestor attestor, InstantSource clock) {
        this.idScope = idScope;
        this.attestor = attestor;
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
        Enrollment enrollment = attestor.attest(proof).enrollment();
        if (!enrollment.settings().enabled()) {
            throw new Refusal(Reason.FORBIDDEN, "The device's enrollment is disabled.", Origin.disabled(enrollment));
        }
        return new Admitted(id, enrollment);
    }
}
