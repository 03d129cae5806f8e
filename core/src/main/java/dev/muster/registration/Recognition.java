package dev.muster.registration;

import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.pki.Thumbprint;
import dev.muster.registration.RegistrationState.Assigned;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * By what a hub is to know a device. Immutable.
 *
 * @param certificates those that were issued to the device for it, newest first; empty where it has other means
 */
public record Recognition(Authentication authentication, List<Thumbprint> certificates) {
    public Recognition {
        certificates = List.copyOf(certificates);
    }

    /** By what the device has proved itself with. */
    static Recognition of(Authentication authentication) {
        return new Recognition(authentication, List.of());
    }

    /**
     * By a certificate that is issued to it now. The one before stays good beside it: of two registrations at once,
     * each gets a certificate that its hub knows, and one that is never heard of again does not lock the device out.
     */
    static Recognition of(Thumbprint issued, Optional<Assigned> previous) {
        Optional<Thumbprint> before = previous.flatMap(it -> it.assignment().certificates().stream()
                // It may be given once more.
                .filter(known -> !known.equals(issued))
                .findFirst());
        return new Recognition(
                new Authentication.SelfSigned(Optional.of(issued.hex()), before.map(Thumbprint::hex)),
                Stream.concat(Stream.of(issued), before.stream()).toList());
    }
}
