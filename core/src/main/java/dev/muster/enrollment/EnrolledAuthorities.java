package dev.muster.enrollment;

import dev.muster.authority.Followers;
import dev.muster.base.Etag;
import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The enrollment groups and CA certificates that let devices in by an authority of this service. They follow its
 * rotation: the next certificate is verified like the one before, and takes the free place of each group. Safe for any
 * number of threads.
 */
public final class EnrolledAuthorities implements Followers {
    private static final int PAGE = 1000;
    private static final int MAX_NAME = 60;

    private final EnrollmentGroups groups;
    private final CaCertificates certificates;
    private final InstantSource clock;
    private final RandomGenerator random;

    public EnrolledAuthorities(
            EnrollmentGroups groups, CaCertificates certificates, InstantSource clock, RandomGenerator random) {
        this.groups = groups;
        this.certificates = certificates;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void follow(Certificate before, Certificate after) {
        Map<String, String> names = uploads(before, after);
        Optional<String> next = Optional.empty();
        do {
            Page<Enrollment.Group> page = groups.page(new Page.Request(next, PAGE));
            page.items().forEach(group -> follow(group, before, after, names));
            next = page.next();
        } while (next.isPresent());
    }

    /** @return what each upload of the one is followed by */
    private Map<String, String> uploads(Certificate before, Certificate after) {
        List<CaCertificate> all = certificates.list();
        Map<String, String> names = new LinkedHashMap<>();
        for (CaCertificate upload : all) {
            if (upload.certificate().equals(before) && upload.verified()) {
                names.put(upload.name(), upload(upload.name(), after, all));
            }
        }
        return names;
    }

    private String upload(String before, Certificate after, List<CaCertificate> all) {
        Optional<String> there = all.stream()
                .filter(upload -> upload.certificate().equals(after) && upload.verified())
                .map(CaCertificate::name)
                .findFirst();
        if (there.isPresent()) {
            return there.get();
        }
        String plain = before.replaceFirst("-g\\d+$", "");
        String base = plain.substring(0, Math.min(plain.length(), MAX_NAME));
        int number = 2;
        while (certificates.find(base + "-g" + number).isPresent()) {
            number++;
        }
        String name = base + "-g" + number;
        certificates.put(
                new CaCertificate(name, after, Optional.empty(), true, stamp(clock.instant())),
                new Precondition.Absent());
        return name;
    }

    private void follow(Enrollment.Group group, Certificate before, Certificate after, Map<String, String> names) {
        Attestation followed = switch (group.attestation()) {
            case Attestation.SigningCertificates(Slots<Certificate> slots) ->
                new Attestation.SigningCertificates(joined(group, slots, before, after, this::isExpired));
            case Attestation.CertificateAuthorities(Slots<String> slots) ->
                new Attestation.CertificateAuthorities(joinedNames(group, slots, names));
            case Attestation.ClientCertificates _, Attestation.SharedKeys _, Attestation.Tpm _ -> group.attestation();
        };
        if (!followed.equals(group.attestation())) {
            groups.put(
                    new Enrollment.Group(
                            group.id(),
                            followed,
                            group.settings(),
                            group.further(),
                            stamp(group.stamp().created())),
                    new Precondition.Matches(group.stamp().etag()));
        }
    }

    private Slots<String> joinedNames(Enrollment.Group group, Slots<String> slots, Map<String, String> names) {
        Slots<String> joined = slots;
        for (Map.Entry<String, String> name : names.entrySet()) {
            Optional<String> spelled =
                    slots.stream().filter(name.getKey()::equalsIgnoreCase).findFirst();
            if (spelled.isPresent()) {
                joined = joined(group, joined, spelled.get(), name.getValue(), this::isExpired);
            }
        }
        return joined;
    }

    private <T> Slots<T> joined(Enrollment.Group group, Slots<T> slots, T before, T after, Predicate<T> expired) {
        List<T> taken = new ArrayList<>(slots.stream().toList());
        if (!taken.contains(before) || taken.contains(after)) {
            return slots;
        }
        T primary = slots.primary();
        T secondary = slots.secondary();
        if (secondary == null || (!secondary.equals(before) && expired.test(secondary))) {
            return new Slots<>(primary, after);
        }
        if (primary == null || (!primary.equals(before) && expired.test(primary))) {
            return new Slots<>(after, secondary);
        }
        throw new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "There is no room for another certificate in the " + group.title() + ".",
                new Explanation(
                        group.title(),
                        "its primary and its secondary place are both taken (" + primary + ", " + secondary + ")",
                        "empty the one that no device needs any more, and do it again"));
    }

    private boolean isExpired(Certificate certificate) {
        return clock.instant().isAfter(certificate.notAfter());
    }

    private boolean isExpired(String name) {
        return certificates
                .find(name)
                .filter(upload -> !isExpired(upload.certificate()))
                .isEmpty();
    }

    private Enrollment.Stamp stamp(Instant created) {
        return new Enrollment.Stamp(Etag.random(random), created, clock.instant());
    }
}
