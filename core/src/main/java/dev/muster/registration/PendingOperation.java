package dev.muster.registration;

import dev.muster.base.Etag;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Certificate;
import java.util.Optional;

/**
 * The work on a registration that others take part in, a webhook, another server's hub or an authority elsewhere: all
 * that is needed to carry it on, after a restart too.
 *
 * @param registration the version of the registration that it is to settle; for any other there is nothing to do
 * @param recognition by what the hub is to know the device
 */
public record PendingOperation(
        RegistrationId id,
        Etag registration,
        Recognition recognition,
        Brought brought,
        Origin origin,
        Progress progress) {
    /**
     * What the device has brought along.
     *
     * @param leaf the certificate that it proved itself with
     * @param payload what it has for whoever chooses its hub: plain JSON
     * @param csr its wish for a certificate, in base64, as long as that has not been granted
     */
    public record Brought(Optional<Certificate> leaf, Optional<Object> payload, Optional<String> csr) {}

    /**
     * How far it has come.
     *
     * @param waitsFor the host that has to answer next; empty where it is nobody else's turn
     * @param failures how often that one has failed since it last did its part
     */
    public record Progress(String waitsFor, int failures) {
        Progress failed(String host) {
            return new Progress(host, host.equals(waitsFor) ? failures + 1 : 1);
        }
    }

    PendingOperation with(Progress other) {
        return new PendingOperation(id, registration, recognition, brought, origin, other);
    }

    /** Once the device's wish for a certificate has been dealt with, so that its hub is to know it so. */
    PendingOperation granted(Recognition other, String waitsFor) {
        return new PendingOperation(
                id,
                registration,
                other,
                new Brought(brought.leaf(), brought.payload(), Optional.empty()),
                origin,
                new Progress(waitsFor, 0));
    }
}
