package dev.muster.registration;

import dev.muster.authority.CertificateIssuer;
import dev.muster.authority.CertificateIssuer.Answer;
import dev.muster.authority.Issuance.Issued;
import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CertificatePolicy;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentGroups;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResources;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.RegistrationState.Assigned;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The certificates that devices get along with their hubs: their own, and those that they are to trust. Safe for any
 * number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
public final class DeviceCertificates {
    private final CertificateIssuer issuer;
    private final Enrollments enrollments;
    private final EnrollmentGroups groups;
    private final PreviewResources resources;

    public DeviceCertificates(
            CertificateIssuer issuer, Enrollments enrollments, EnrollmentGroups groups, PreviewResources resources) {
        this.issuer = issuer;
        this.enrollments = enrollments;
        this.groups = groups;
        this.resources = resources;
    }

    /**
     * What a device is given of certificates.
     *
     * @param chain its own certificate first, then its issuers' up to the root; empty if none was issued to it
     * @param trustBundle whom it is to trust
     */
    public record Given(List<Certificate> chain, Optional<PreviewResource> trustBundle) {
        static final Given NOTHING = new Given(List.of(), Optional.empty());

        public Given {
            chain = List.copyOf(chain);
        }
    }

    /** What becomes of a device's wish for a certificate when it registers. */
    sealed interface Grant {
        /** It has none, or its enrollment has no issuer; then it is assigned all the same, as at Azure. */
        record Nothing() implements Grant {}

        /** Signed, and not recorded yet. */
        record Signed(Issued issued) implements Grant {}

        /**
         * An authority elsewhere is to be asked.
         *
         * @param csr in base64
         * @param host of the authority
         */
        record Awaited(String csr, String host) implements Grant {}

        default Optional<Issued> certificate() {
            return switch (this) {
                case Signed(Issued issued) -> Optional.of(issued);
                case Nothing(), Awaited _ -> Optional.empty();
            };
        }
    }

    /**
     * Signs a certificate for a device that asks for one, if its enrollment has an issuer in this process.
     *
     * @param leaf the certificate that the device proved itself with
     * @param csr as the device sent it
     * @throws Refusal for a request that cannot be met
     */
    Grant begin(RegistrationId id, Enrollment enrollment, Optional<Certificate> leaf, Optional<String> csr) {
        if (csr.isEmpty() || !enrollment.settings().enabled()) {
            return new Grant.Nothing();
        }
        Optional<Order> order = order(id, enrollment, leaf, csr.get());
        if (order.isEmpty()) {
            return new Grant.Nothing();
        }
        return switch (issuer.begin(order.get())) {
            case Answer.Given(Issued issued) -> new Grant.Signed(issued);
            case Answer.Later(String host, var _, var _) ->
                new Grant.Awaited(
                        Base64.getEncoder().encodeToString(order.get().request().der()), host);
        };
    }

    /**
     * Waits for what an authority says to a device's wish.
     *
     * @return empty if the enrollment has no issuer any more
     * @throws Refusal for a request that cannot be met
     */
    Optional<Answer> ask(RegistrationId id, Enrollment enrollment, Optional<Certificate> leaf, String csr) {
        return order(id, enrollment, leaf, csr).map(issuer::ask);
    }

    private Optional<Order> order(RegistrationId id, Enrollment enrollment, Optional<Certificate> leaf, String csr) {
        return enrollment
                .certificatePolicy()
                .issuer()
                .map(authority ->
                        issuer.renewing(new Order(authority, id.value(), Csr.parseText(csr), basis(enrollment)), leaf));
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

    /** How the record of an attempt ends that a certificate was issued for. */
    static String told(Issued issued) {
        Certificate certificate = issued.certificate();
        return "; certificate authority '" + issued.record().authority() + "' issued certificate "
                + certificate.x509().getSerialNumber().toString(16) + ", valid until " + certificate.notAfter();
    }

    /** Whether a device of this enrollment may be given more than a hub. */
    static boolean concern(Enrollment enrollment, Registration registration) {
        return !issued(registration).isEmpty()
                || enrollment.certificatePolicy().trustBundle().isPresent();
    }

    /**
     * What an assigned device is given.
     *
     * @param wanted the certificate that came of the operation that it asks for, where that is known: it is given as
     *     long as the hub knows it, or else the newest
     */
    Given given(Registration registration, Optional<Thumbprint> wanted) {
        List<Thumbprint> known = issued(registration);
        return new Given(
                wanted.filter(known::contains)
                        .or(() -> known.stream().findFirst())
                        .flatMap(issuer::find)
                        .map(issuer::chain)
                        .orElse(List.of()),
                registration.state() instanceof Assigned ? trustBundle(registration) : Optional.empty());
    }

    /** The certificates that the device was issued and its hub knows, newest first. */
    static List<Thumbprint> issued(Registration registration) {
        return registration.state() instanceof Assigned assigned
                ? assigned.assignment().certificates()
                : List.of();
    }

    private Optional<PreviewResource> trustBundle(Registration registration) {
        return registration
                .groupId()
                .map(group -> groups.find(group).map(Enrollment.class::cast))
                .orElseGet(() -> enrollments.find(registration.id()).map(Enrollment.class::cast))
                .map(Enrollment::certificatePolicy)
                .flatMap(CertificatePolicy::trustBundle)
                .flatMap(id -> resources.find(PreviewResource.Kind.TRUST_BUNDLE, id));
    }
}
