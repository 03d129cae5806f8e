package dev.muster.certification;

import dev.muster.authority.Authorities;
import dev.muster.authority.Authority;
import dev.muster.authority.Issuance;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.certification.Applicants.Admitted;
import dev.muster.certification.CertificateRequest.State;
import dev.muster.enrollment.Enrollment;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KeylessRequest;
import dev.muster.registration.Attempts;
import dev.muster.registration.Origin;
import dev.muster.registration.Throttle;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Certificates for devices that ask for them, as Enrollment over Secure Transport has it (RFC 7030). Safe for any
 * number of threads.
 */
public final class DeviceCertification {
    private final Applicants applicants;
    private final Authorities authorities;
    private final Issuance issuance;
    private final Approvals approvals;
    private final Attempts attempts;
    private final Ambient ambient;

    public DeviceCertification(
            Applicants applicants,
            Authorities authorities,
            Issuance issuance,
            Approvals approvals,
            Attempts attempts,
            Ambient ambient) {
        this.applicants = applicants;
        this.authorities = authorities;
        this.issuance = issuance;
        this.approvals = approvals;
        this.attempts = attempts;
        this.ambient = ambient;
    }

    /** Time, randomness, and how many may come at a time. */
    public record Ambient(InstantSource clock, SecureRandom random, Throttle throttle) {}

    /** What a device hears. */
    public sealed interface Outcome {
        record Issued(Certificate certificate) implements Outcome {}

        /** The owner has not approved it yet; the device is to ask again, with the same key. */
        record Waiting() implements Outcome {}
    }

    /**
     * The certificates of an authority, those of all its keys, each followed by its issuers up to the root.
     *
     * @param label the authority's name; empty: the one that would issue to the applicant, and all for a stranger where
     *     there are several
     * @throws Refusal AUTHORITY_NOT_FOUND, or THROTTLED
     */
    public List<Certificate> authorities(Applicant applicant, Optional<String> label) {
        return described(applicant, label).stream()
                .flatMap(authority -> authority.generations().stream())
                .flatMap(generation -> Stream.concat(generation.chain().stream(), generation.crossSigned().stream()))
                .distinct()
                .toList();
    }

    /**
     * Issues a certificate, once its owner has approved it where the authority wants that. Who has one of the same
     * authority needs no approval for the next.
     *
     * @param label the authority's name, if it is said; the enrollment's it must be
     * @param request as {@link Csr#parseText} reads it
     * @throws Refusal what {@link Applicants#admit} and {@link Issuance#sign} throw, INVALID_ARGUMENT for a request
     *     that cannot be read, FORBIDDEN for one that its owner has denied, or THROTTLED
     */
    public Outcome enroll(Applicant applicant, Optional<String> label, String request) {
        return admitted(
                applicant,
                (device, origin) ->
                        issue(order(applicant, device, label, Csr.parseText(request)), device.enrollment(), origin));
    }

    /**
     * Issues a certificate in the place of the one that the applicant has presented.
     *
     * @throws Refusal as {@link #enroll}; INVALID_ARGUMENT also when the request is for other names
     */
    public Outcome renew(Applicant applicant, Optional<String> label, String request) {
        return admitted(applicant, (device, origin) -> {
            Certificate current = applicant
                    .peer()
                    .leaf()
                    .orElseThrow(() -> new Refusal(
                            Reason.UNAUTHORIZED,
                            "A certificate is renewed by whoever presents it as client certificate.",
                            new Explanation("the device", "it presented none", "let it enroll instead")));
            Csr wish = Csr.parseText(request);
            if (!wish.hasNamesOf(current)) {
                throw new Refusal(
                        Reason.INVALID_ARGUMENT,
                        "The names in the request are not those of the certificate that is to be renewed.",
                        new Explanation(
                                "certificate signing request",
                                "its subject or its alternative names differ (RFC 7030 section 4.2.2)",
                                "request exactly " + current.subject()));
            }
            return issue(order(applicant, device, label, wish), device.enrollment(), origin);
        });
    }

    /** A key that was made for a device, which is kept nowhere else, and the certificate to it. */
    public record Generated(PrivateKey key, Certificate certificate) {
        /** Without the key. */
        @Override
        public String toString() {
            return "Generated[" + certificate + "]";
        }
    }

    /**
     * Makes the key, too.
     *
     * @param request whose own key says nothing
     * @throws Refusal as {@link #enroll}
     */
    public Generated generate(Applicant applicant, Optional<String> label, String request) {
        return admitted(applicant, (device, origin) -> {
            String name = KeylessRequest.parseText(request).commonName().orElse("");
            KeyAlgorithm algorithm = issuance.find(authority(label, device.enrollment())).rules().keys().stream()
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            KeyPair keys = algorithm.generate(ambient.random());
            Issued issued = issuance.sign(order(applicant, device, label, Csr.of(name, keys)));
            return new Generated(keys.getPrivate(), recorded(issued, device.enrollment(), origin));
        });
    }

    /** The kinds of keys of which a request must use one, where the authority does not take them all. */
    public Set<KeyAlgorithm> keys(Applicant applicant, Optional<String> label) {
        List<Authority> known = described(applicant, label);
        return known.size() == 1 ? known.getFirst().rules().keys() : EnumSet.allOf(KeyAlgorithm.class);
    }

    private Order order(Applicant applicant, Admitted device, Optional<String> label, Csr request) {
        String authority = authority(label, device.enrollment());
        return issuance.renewing(
                new Order(authority, device.id().value(), request, basis(device.enrollment())),
                applicant.peer().leaf().filter(_ -> applicant.password().isEmpty()));
    }

    private Outcome issue(Order order, Enrollment enrollment, Origin origin) {
        if (!issuance.needsApproval(order)) {
            return new Outcome.Issued(recorded(issuance.sign(order), enrollment, origin));
        }
        CertificateRequest request = approvals.find(order).orElseGet(() -> {
            CertificateRequest asked = approvals.ask(order, origin.peer());
            attempts.record(origin.waiting(ambient.clock().instant(), enrollment, asked.id()));
            return asked;
        });
        return switch (request.state()) {
            case State.Waiting() -> new Outcome.Waiting();
            case State.Denied denied -> throw Approvals.denied(request, denied);
            case State.Issued issued ->
                new Outcome.Issued(approvals.issued(issued).certificate());
            case State.Approved _ -> {
                Approvals.Settled settled = approvals.settle(request, order);
                settled.fresh().ifPresent(issued -> told(issued, enrollment, origin));
                yield new Outcome.Issued(settled.certificate());
            }
        };
    }

    private Certificate recorded(Issued issued, Enrollment enrollment, Origin origin) {
        issuance.record(issued);
        told(issued, enrollment, origin);
        return issued.certificate();
    }

    private void told(Issued issued, Enrollment enrollment, Origin origin) {
        attempts.record(origin.certified(ambient.clock().instant(), enrollment, issued.record()));
    }

    /** Leaves a record of what is refused, but none of clients that want to be asked first, or come too often. */
    private <T> T admitted(Applicant applicant, BiFunction<Admitted, Origin, T> work) {
        if (applicant.isStranger()) {
            throw new Refusal(
                    Reason.UNAUTHORIZED,
                    "Unauthorized",
                    new Explanation(
                            "the device",
                            "it brought neither a client certificate nor a password",
                            "configure one of them in its EST client"));
        }
        ambient.throttle().admitRegistration();
        Origin origin = Origin.of(applicant.name(), applicant.peer());
        try {
            return work.apply(applicants.admit(applicant), origin);
        } catch (Refusal refusal) {
            attempts.record(origin.refused(ambient.clock().instant(), refusal));
            throw refusal;
        }
    }

    /** Whom one may learn of without being let in. */
    private List<Authority> described(Applicant applicant, Optional<String> label) {
        if (label.isPresent()) {
            return List.of(issuance.find(label.get()));
        }
        List<Authority> all = issuing();
        if (all.size() < 2) {
            return all;
        }
        if (applicant.isStranger()) {
            return all;
        }
        ambient.throttle().admitRegistration();
        try {
            return List.of(
                    issuance.find(authority(label, applicants.admit(applicant).enrollment())));
        } catch (Refusal _) {
            return all;
        }
    }

    /** The enrollment's own: what another one issues could let the device in where it is not wanted. */
    private String authority(Optional<String> label, Enrollment enrollment) {
        label.ifPresent(issuance::find);
        String own = enrollment
                .certificatePolicy()
                .issuer()
                .orElseThrow(() -> new Refusal(
                        Reason.FORBIDDEN,
                        "No certificate authority issues to this device.",
                        new Explanation(
                                enrollment.title(),
                                "it names no authority that issues to its devices",
                                "name one in the enrollment (credentialPolicyName; --issuer on the command line)")));
        if (label.filter(asked -> !asked.equalsIgnoreCase(own)).isPresent()) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "Another certificate authority issues to this device.",
                    new Explanation(
                            enrollment.title(),
                            "its devices have certificates of '" + own + "', and this one asked '" + label.get() + "'",
                            "leave the name out of the URL of its EST client, or change the enrollment"));
        }
        if (!issuance.has(own)) {
            throw new Refusal(
                    Reason.FORBIDDEN,
                    "The certificate authority that issues to this device is not one of this server.",
                    new Explanation(
                            enrollment.title(),
                            "its authority '" + own
                                    + "' is elsewhere, and over EST this server issues by its own alone",
                            "let the device send its request when it registers, or fetch its certificate from that"
                                    + " authority itself"));
        }
        return own;
    }

    /** Those that have no other authority below them: a root is there for its authorities. */
    private List<Authority> issuing() {
        List<Authority> all = authorities.list();
        Set<Certificate> above = all.stream()
                .flatMap(authority -> authority.generations().stream())
                .flatMap(generation -> generation.chain().stream().skip(1))
                .collect(Collectors.toSet());
        return all.stream()
                .filter(authority -> authority.generations().stream()
                        .flatMap(generation -> generation.certificate().stream())
                        .noneMatch(above::contains))
                .toList();
    }

    private static Basis basis(Enrollment enrollment) {
        return switch (enrollment) {
            case Enrollment.Individual individual ->
                new Basis(
                        Basis.Kind.INDIVIDUAL_ENROLLMENT,
                        individual.registrationId().value());
            case Enrollment.Group group -> new Basis(Basis.Kind.ENROLLMENT_GROUP, group.id());
        };
    }
}
