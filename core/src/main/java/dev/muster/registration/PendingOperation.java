package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import java.util.Optional;

/**
 * The work on a registration that others take part in, a webhook or another server's hub: all that is needed to carry
 * it on, after a restart too.
 *
 * @param registration the version of the registration that it is to settle; for any other there is nothing to do
 * @param recognition by what the hub is to know the device
 * @param leaf the certificate that the device proved itself with
 * @param payload what the device has for whoever chooses its hub: plain JSON
 */
public record PendingOperation(
        RegistrationId id,
        Etag registration,
        Recognition recognition,
        Optional<Certificate> leaf,
        Optional<Object> payload,
        Origin origin,
        Progress progress) {
    /**
     * How far it has come.
     *
     * @param waitsFor the host that has to answer next
     * @param failures how often that one has failed since it last did its part
     */
    public record Progress(String waitsFor, int failures) {
        Progress failed(String host) {
            return new Progress(host, host.equals(waitsFor) ? failures + 1 : 1);
        }
    }

    PendingOperation with(Progress other) {
        return new PendingOperation(id, registration, recognition, leaf, payload, origin, other);
    }
}
