package dev.muster.attestation;

import dev.muster.base.Explanation;
import dev.muster.base.NoWaiting;
import dev.muster.base.Refusal;
import dev.muster.base.Refusal.Reason;
import dev.muster.enrollment.CaCertificates;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.RegistrationId;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.ChainValidator;
import dev.muster.pki.KnownAuthorities;
import dev.muster.pki.Path;
import dev.muster.pki.RevocationGate;
import dev.muster.pki.Thumbprint;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Judges the certificates of devices. Remembers no verdict, but whose keys it has seen; safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/concepts-x509-attestation">DPS: X.509 attestation</a>
 */
final class CertificateAttestor {
    private static final int MAX_KNOWN_ISSUERS = 10_000;

    private final EnrollmentGroups groups;
    private final CaCertificates authorities;
    private final KnownAuthorities known;
    private final OperationalCertificates operational;
    private final ChainValidator validator;
    private final RevocationGate revocations;
    private final InstantSource clock;

    /** Those in whose paths devices were let in. */
    private final Set<Thumbprint> knownIssuers = ConcurrentHashMap.newKeySet();

    CertificateAttestor(
            EnrollmentGroups groups,
            Attestor.Certificates certificates,
            ChainValidator validator,
            InstantSource clock) {
        this.groups = groups;
        this.authorities = certificates.uploaded();
        this.known = certificates.known();
        this.operational = certificates.operational();
        this.validator = validator;
        this.revocations = new RevocationGate(validator, certificates.known());
        this.clock = clock;
    }

    /** @throws Refusal UNAUTHORIZED or CERTIFICATE_REFUSED */
    Proof attest(Claim claim, Enrollment.Individual enrollment, Slots<Certificate> certificates, Trace trace) {
        Certificate leaf = claim.peer()
                .leaf()
                .orElseThrow(() -> claim.unproved(
                        "the " + enrollment.title() + " has X.509 attestation, and the device presented no client"
                                + " certificate",
                        "give the SDK the device's certificate chain and key, or change the enrollment"));
        checkName(claim.id(), leaf, trace);
        checkIndividual(enrollment, certificates.stream().toList(), leaf);
        trace.found(() -> "Certificate 1 is one of the enrollment's.");
        validator.validateLeaf(leaf, clock.instant());
        trace.found(() -> "Certificate 1 is valid now and is no authority.");
        refuseRevoked(claim);
        trace.found(() -> "Neither it nor an authority above it that is known was revoked."
                + revocations.evidence(claim.peer().certificates()));
        return new Proof.Leaf(leaf);
    }

    /** @throws Refusal CERTIFICATE_REFUSED or CERTIFICATE_AUTHORITY_UNKNOWN */
    Attestor.Attested attest(Claim claim, Certificate leaf, Trace trace) {
        checkName(claim.id(), leaf, trace);
        Path path = validator.build(claim.peer().certificates(), known);
        trace.found(() -> described(path, claim.peer().certificates()));
        Optional<Hit> nearest = nearestGroup(path);
        if (nearest.isEmpty()) {
            return comeBack(claim, leaf, path, trace);
        }
        Hit hit = nearest.get();
        trace.found(() -> "The " + hit.group().title() + " is the first to have an issuer of the path, "
                + path.title(path.issuers().get(hit.issuer())) + ".");
        Certificate anchor = anchor(path, hit);
        trace.found(() -> "The nearest verified certificate is " + path.title(anchor) + ".");
        validator.validate(path, anchor, moment(claim.id(), leaf, hit.group()));
        trace.found(() -> "All rules of RFC 5280 hold from certificate 1 up to it.");
        validator.refuseRevoked(path);
        trace.found(() -> "None of the certificates in the path was revoked." + validator.evidence(path));
        remember(path.issuers());
        return new Attestor.Attested(hit.group(), new Proof.Leaf(leaf));
    }

    /**
     * Judges a device that presents the certificate that it was issued under this enrollment, or another of the same
     * device before it, in place of what the enrollment asks for.
     *
     * @return empty for a device that has none
     * @throws Refusal CERTIFICATE_REFUSED
     */
    Optional<Proof> attestIssued(Claim claim, Enrollment.Individual enrollment, Trace trace) {
        if (claim.peer().token().isPresent() || !OperationalCertificates.serve(enrollment)) {
            return Optional.empty();
        }
        Optional<Certificate> own = claim.peer()
                .leaf()
                .filter(leaf -> operational.find(claim.id(), leaf).isPresent());
        own.ifPresent(leaf -> {
            trace.found(() -> "Certificate 1 was issued to the device by this service.");
            validator.validateLeaf(leaf, operational.moment(leaf));
            refuseRevoked(claim);
        });
        return own.map(Proof.Leaf::new);
    }

    /** The authority's certificate need not be enrolled: what was issued is on record, and by whose leave. */
    private Attestor.Attested comeBack(Claim claim, Certificate leaf, Path path, Trace trace) {
        Enrollment.Group group = operational
                .find(claim.id(), leaf)
                .flatMap(operational::group)
                .flatMap(groups::find)
                .filter(OperationalCertificates::serve)
                .orElseThrow(() -> unknown(path));
        trace.found(
                () -> "Certificate 1 was issued to the device by this service, by leave of the " + group.title() + ".");
        validator.validateLeaf(leaf, operational.moment(leaf));
        refuseRevoked(claim);
        return new Attestor.Attested(group, new Proof.Leaf(leaf));
    }

    /** The record is looked at for those who are late alone. */
    private Instant moment(RegistrationId id, Certificate leaf, Enrollment.Group group) {
        boolean ours = operational.isLate(leaf)
                && OperationalCertificates.serve(group)
                && operational.find(id, leaf).isPresent();
        return ours ? operational.moment(leaf) : clock.instant();
    }

    /**
     * Whether the device presented no authority but those above devices that were let in: then it costs no more to
     * judge than the owner's own keys do, while a stranger may send some that take long.
     */
    boolean knowIssuers(Claim claim) {
        return claim.peer().certificates().stream()
                .skip(1)
                .map(Certificate::thumbprint)
                .allMatch(knownIssuers::contains);
    }

    private void remember(List<Certificate> issuers) {
        for (Certificate issuer : issuers) {
            if (knownIssuers.add(issuer.thumbprint()) && knownIssuers.size() > MAX_KNOWN_ISSUERS) {
                knownIssuers.clear();
            }
        }
    }

    /** @throws Refusal CERTIFICATE_REFUSED */
    void refuseRevoked(Claim claim) {
        if (!knowIssuers(claim)) {
            NoWaiting.end();
        }
        revocations.check(claim.peer().certificates());
    }

    private static String described(Path path, List<Certificate> presented) {
        return path.certificates().stream()
                .map(certificate -> path.title(certificate) + (presented.contains(certificate) ? "" : " (known here)"))
                .collect(Collectors.joining(
                        "; signed by ", "The path is ", "; it goes no further, since " + path.end() + "."));
    }

    private static void checkName(RegistrationId id, Certificate leaf, Trace trace) {
        String name = leaf.commonName().orElse("");
        if (!name.equalsIgnoreCase(id.value())) {
            throw new Refusal(
                    Reason.CERTIFICATE_REFUSED,
                    "Invalid certificate.",
                    new Explanation(
                            "certificate 1, " + leaf.subject(),
                            "its common name is not the registration id '" + id + "'",
                            "register as '" + name + "', or issue a certificate for CN=" + id));
        }
        trace.found(() -> "Certificate 1 names the registration id '" + id + "' as its common name.");
    }

    private static void checkIndividual(
            Enrollment.Individual enrollment, List<Certificate> enrolled, Certificate leaf) {
        if (!enrolled.contains(leaf)) {
            throw new Refusal(
                    Reason.CERTIFICATE_REFUSED,
                    "Invalid certificate.",
                    new Explanation(
                            "certificate 1, " + leaf.subject() + ", SHA-256 " + leaf.thumbprint(),
                            "it is neither the primary nor the secondary certificate of the " + enrollment.title()
                                    + " (" + thumbprints(enrolled) + ")",
                            "store it there, or give the device the certificate that is"));
        }
    }

    /** A group, and at which issuer of the path it was found. */
    private record Hit(Enrollment.Group group, int issuer) {}

    private Optional<Hit> nearestGroup(Path path) {
        List<Certificate> issuers = path.issuers();
        for (int issuer = 0; issuer < issuers.size(); issuer++) {
            Optional<Enrollment.Group> group =
                    groups.signedBy(issuers.get(issuer).thumbprint());
            if (group.isPresent()) {
                return Optional.of(new Hit(group.get(), issuer));
            }
        }
        return Optional.empty();
    }

    private static Refusal unknown(Path path) {
        return new Refusal(
                Reason.CERTIFICATE_AUTHORITY_UNKNOWN,
                "CA certificate not found.",
                new Explanation(
                        path.title(path.certificates().getLast()),
                        "no enrollment has this device's id, and no enrollment group has an issuer of its chain;"
                                + " the chain ends here: " + path.end(),
                        "enroll the device, or a group with one of its issuers, and let the device send every"
                                + " certificate between"));
    }

    /** The nearest verified certificate at or above the group's own. */
    private Certificate anchor(Path path, Hit hit) {
        List<Certificate> issuers = path.issuers();
        return issuers.subList(hit.issuer(), issuers.size()).stream()
                .filter(issuer -> authorities.isVerified(issuer.thumbprint()))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Reason.CERTIFICATE_AUTHORITY_UNKNOWN,
                        "CA certificate not found.",
                        new Explanation(
                                path.title(issuers.get(hit.issuer())),
                                "it belongs to the " + hit.group().title()
                                        + ", and neither it nor a certificate above it is verified; the chain ends: "
                                        + path.end(),
                                "prove possession of its key (muster certificates add FILE --key KEY), or let the device"
                                        + " send the chain up to a verified certificate")));
    }

    private static String thumbprints(List<Certificate> certificates) {
        return certificates.stream()
                .map(Certificate::thumbprint)
                .map(Thumbprint::hex)
                .reduce((one, other) -> one + ", " + other)
                .orElse("it has none");
    }
}
