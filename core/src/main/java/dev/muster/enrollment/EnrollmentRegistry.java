package dev.muster.enrollment;

import dev.muster.base.Etag;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.base.Transactions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The owner's book of enrollments: what may be written into it and what is kept when it is. Safe for any number of
 * threads.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment">DPS: individual
 *     enrollment</a>
 */
public final class EnrollmentRegistry {
    private final Enrollments enrollments;
    private final EnrollmentGroups groups;
    private final LinkedHubRules hubs;
    private final SettingsRules rules;
    private final CertificateRules certificates;
    private final Transactions transactions;
    private final InstantSource clock;
    private final RandomGenerator random;

    public EnrollmentRegistry(
            Enrollments enrollments,
            EnrollmentGroups groups,
            LinkedHubRules hubs,
            CertificateRules certificates,
            Transactions transactions,
            InstantSource clock,
            RandomGenerator random) {
        this.enrollments = enrollments;
        this.groups = groups;
        this.hubs = hubs;
        this.rules = new SettingsRules(hubs);
        this.certificates = certificates;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
    }

    /** An individual enrollment as its owner writes it. */
    public record IndividualDraft(
            RegistrationId registrationId,
            Optional<String> deviceId,
            AttestationDraft attestation,
            Enrollment.Settings settings,
            Map<String, Object> optionalDeviceInformation,
            Map<String, Object> further) {}

    /** An enrollment group as its owner writes it. */
    public record GroupDraft(
            String id, AttestationDraft attestation, Enrollment.Settings settings, Map<String, Object> further) {}

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public Enrollment.Individual individual(RegistrationId id) {
        return findIndividual(id).orElseThrow(EnrollmentRegistry::notFound);
    }

    public Optional<Enrollment.Individual> findIndividual(RegistrationId id) {
        return enrollments.find(id);
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND */
    public Enrollment.Group group(String id) {
        return findGroup(id).orElseThrow(EnrollmentRegistry::notFound);
    }

    public Optional<Enrollment.Group> findGroup(String id) {
        return groups.find(id);
    }

    public Page<Enrollment.Individual> individuals(Page.Request request) {
        return enrollments.page(request);
    }

    public Page<Enrollment.Group> groups(Page.Request request) {
        return groups.page(request);
    }

    /** @throws Refusal INVALID_ARGUMENT, or what the precondition throws */
    public Enrollment.Individual put(IndividualDraft draft, Precondition precondition) {
        draft.deviceId().ifPresent(hubs::checkDeviceId);
        rules.check(draft.settings());
        certificates.check(draft.further());
        return transactions.run(() -> {
            Optional<Enrollment.Individual> before = enrollments.find(draft.registrationId());
            Enrollment.Individual after = new Enrollment.Individual(
                    before.map(Enrollment.Individual::registrationId).orElse(draft.registrationId()),
                    draft.deviceId(),
                    checkIndividual(draft.attestation().settle(before.map(Enrollment::attestation), random)),
                    SettingsRules.complete(draft.settings(), before),
                    draft.optionalDeviceInformation(),
                    draft.further(),
                    stamp(before));
            enrollments.put(after, precondition);
            return after;
        });
    }

    /** @throws Refusal INVALID_ARGUMENT, or what the precondition throws */
    public Enrollment.Group put(GroupDraft draft, Precondition precondition) {
        // Azure holds the ids of groups to the rules of registration ids.
        RegistrationId id = new RegistrationId(draft.id());
        rules.check(draft.settings());
        certificates.check(draft.further());
        return transactions.run(() -> {
            Optional<Enrollment.Group> before = groups.find(id.value());
            Enrollment.Group after = new Enrollment.Group(
                    before.map(Enrollment.Group::id).orElse(id.value()),
                    checkGroup(draft.attestation().settle(before.map(Enrollment::attestation), random)),
                    SettingsRules.complete(draft.settings(), before),
                    draft.further(),
                    stamp(before));
            groups.put(after, precondition);
            return after;
        });
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public void deleteIndividual(RegistrationId id, Precondition precondition) {
        individual(id);
        enrollments.delete(id, precondition);
    }

    /** @throws Refusal ENROLLMENT_NOT_FOUND, or what the precondition throws */
    public void deleteGroup(String id, Precondition precondition) {
        group(id);
        groups.delete(id, precondition);
    }

    /** Writes several enrollments, as {@link Transactions#each}. */
    public List<Optional<Refusal>> each(List<Runnable> writes) {
        return transactions.each(writes);
    }

    private static Attestation checkIndividual(Attestation attestation) {
        return switch (attestation) {
            case Attestation.ClientCertificates _, Attestation.SharedKeys _, Attestation.Tpm _ -> attestation;
            case Attestation.SigningCertificates _, Attestation.CertificateAuthorities _ ->
                throw invalid("An individual enrollment with X.509 attestation needs clientCertificates.");
        };
    }

    private static Attestation checkGroup(Attestation attestation) {
        return switch (attestation) {
            case Attestation.SigningCertificates _, Attestation.CertificateAuthorities _, Attestation.SharedKeys _ ->
                attestation;
            case Attestation.ClientCertificates _ ->
                throw invalid("An enrollment group with X.509 attestation needs signingCertificates or caReferences.");
            case Attestation.Tpm _ -> throw invalid("An enrollment group cannot have TPM attestation.");
        };
    }

    private Enrollment.Stamp stamp(Optional<? extends Enrollment> before) {
        Instant now = clock.instant();
        Instant created =
                before.map(Enrollment::stamp).map(Enrollment.Stamp::created).orElse(now);
        return new Enrollment.Stamp(Etag.random(random), created, now);
    }

    private static Refusal invalid(String message) {
        return new Refusal(Reason.INVALID_ARGUMENT, message);
    }

    private static Refusal notFound() {
        return new Refusal(Reason.ENROLLMENT_NOT_FOUND, "Enrollment not found.");
    }
}
