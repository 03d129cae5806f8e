package dev.muster.registration;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificates;
import dev.muster.authority.Revocation;
import dev.muster.authority.Revocation.Grounds;
import dev.muster.authority.Revocations;
import dev.muster.authority.Revocations.Target;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.Enrollments;
import dev.muster.enrollment.RegistrationId;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.RegistrationState.Assigned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Revokes a device: every certificate by which this server knows it, and has its hubs forget their thumbprints. Its
 * enrollment stays, so that it comes back with a new certificate. Safe for any number of threads.
 */
public final class DeviceRevocation {
    private static final int SHA_256_DIGITS = 64;

    private final Revocations revocations;
    private final IssuedCertificates issued;
    private final Enrollments enrollments;
    private final Registrations registrations;
    private final Hubs hubs;

    public DeviceRevocation(
            Revocations revocations,
            IssuedCertificates issued,
            Enrollments enrollments,
            Registrations registrations,
            Hubs hubs) {
        this.revocations = revocations;
        this.issued = issued;
        this.enrollments = enrollments;
        this.registrations = registrations;
        this.hubs = hubs;
    }

    /**
     * Revokes what was issued to the device, what it is enrolled with by itself, what it registered with last, and what
     * its hubs here know it by.
     *
     * @param id of the registration, and of the device where that has another
     * @return as they stand now
     * @throws Refusal DEVICE_NOT_FOUND when no certificate of the device is known
     */
    public List<Revocation> revoke(String id, Grounds grounds) {
        Optional<Registration> registration = registrationId(id).flatMap(registrations::find);
        List<DeviceIdentity> identities = identities(id, registration);
        List<Target> targets = new ArrayList<>();
        issued.of(id).stream()
                .map(IssuedCertificate::certificate)
                .map(Target.Whole::new)
                .forEach(targets::add);
        registrationId(id).flatMap(enrollments::find).ifPresent(enrollment -> targets.addAll(enrolled(enrollment)));
        registration
                .map(Registration::credential)
                .filter(Credential.Leaf.class::isInstance)
                .map(Credential.Leaf.class::cast)
                .ifPresent(leaf -> targets.add(new Target.Leaf(leaf.thumbprint(), id)));
        identities.stream()
                .flatMap(identity -> thumbprints(identity.authentication()))
                .filter(hex -> hex.length() == SHA_256_DIGITS)
                .forEach(hex -> targets.add(new Target.Leaf(new Thumbprint(hex), id)));
        if (targets.isEmpty() && identities.stream().noneMatch(DeviceRevocation::hasThumbprint)) {
            throw new Refusal(
                    Refusal.Reason.DEVICE_NOT_FOUND,
                    "No certificate of the device '" + id + "' is known.",
                    new Explanation(
                            "device '" + id + "'",
                            "none was issued to it, it has registered with none, and no hub here knows it by one",
                            "check the id; a device without certificates is disabled in its enrollment and its hub"));
        }
        List<Revocation> standing = revocations.revoke(targets, grounds);
        identities.forEach(this::forget);
        return standing;
    }

    private static List<Target> enrolled(Enrollment.Individual enrollment) {
        return enrollment.attestation() instanceof Attestation.ClientCertificates(var certificates)
                ? certificates.stream().<Target>map(Target.Whole::new).toList()
                : List.of();
    }

    private List<DeviceIdentity> identities(String id, Optional<Registration> registration) {
        Optional<String> assigned = registration
                .map(Registration::state)
                .filter(Assigned.class::isInstance)
                .map(state -> ((Assigned) state).assignment().deviceId());
        return hubs.all().stream()
                .flatMap(devices -> Stream.concat(Stream.of(id), assigned.stream())
                        .distinct()
                        .flatMap(deviceId -> devices.find(deviceId).stream()))
                .toList();
    }

    private void forget(DeviceIdentity identity) {
        Devices devices = hubs.named(identity.hub()).orElseThrow();
        devices.redefine(
                identity.deviceId(),
                now -> now.filter(DeviceRevocation::hasThumbprint)
                        .map(known -> new Devices.Definition(
                                known.deviceId(),
                                known.enabled(),
                                known.statusReason(),
                                new Authentication.SelfSigned(Optional.empty(), Optional.empty()),
                                known.iotEdge())));
    }

    private static boolean hasThumbprint(DeviceIdentity identity) {
        return thumbprints(identity.authentication()).findAny().isPresent();
    }

    private static Stream<String> thumbprints(Authentication authentication) {
        return authentication instanceof Authentication.SelfSigned(var primary, var secondary)
                ? Stream.of(primary, secondary).flatMap(Optional::stream)
                : Stream.empty();
    }

    /** Hubs have devices whose ids no registration can have. */
    private static Optional<RegistrationId> registrationId(String id) {
        try {
            return Optional.of(new RegistrationId(id));
        } catch (Refusal _) {
            return Optional.empty();
        }
    }
}
