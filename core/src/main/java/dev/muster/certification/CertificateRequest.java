package dev.muster.certification;

import dev.muster.authority.Issuance.Order;
import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCertificate.Basis;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Thumbprint;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Locale;

/**
 * A device's wish for a certificate, for its owner to decide on. Immutable.
 *
 * @param id of the wish of one device for a certificate of one authority to one key, however often it asks
 * @param authority its name
 * @param device its id, as it is spelled in the request
 * @param basis by whose leave it would be issued
 * @param address from which the device asked first
 * @param expires when it is forgotten, whatever has become of it
 */
public record CertificateRequest(
        String id,
        String authority,
        String device,
        Csr request,
        Basis basis,
        String address,
        Instant asked,
        Instant expires,
        State state) {
    /** What has become of it. */
    public sealed interface State {
        /** The owner has not decided. */
        record Waiting() implements State {}

        /** The device gets its certificate when it asks again. */
        record Approved(Instant since) implements State {}

        /** @param reason in the owner's words, which the device is told; may be empty */
        record Denied(Instant since, String reason) implements State {}

        /** The device gets this certificate as often as it asks. */
        record Issued(Instant since, Thumbprint certificate) implements State {}
    }

    private static final int ID_DIGITS = 32;

    static String id(Order order) {
        return id(order.authority(), order.subject(), order.request().key());
    }

    static String id(IssuedCertificate issued) {
        return id(
                issued.authority(),
                issued.subject(),
                issued.certificate().x509().getPublicKey());
    }

    private static String id(String authorityName, String deviceId, PublicKey publicKey) {
        byte[] authority = bytes(authorityName);
        byte[] device = bytes(deviceId);
        byte[] key = publicKey.getEncoded();
        byte[] all = new byte[authority.length + device.length + key.length + 2];
        System.arraycopy(authority, 0, all, 0, authority.length);
        System.arraycopy(device, 0, all, authority.length + 1, device.length);
        System.arraycopy(key, 0, all, authority.length + device.length + 2, key.length);
        return Thumbprint.of(all).hex().substring(0, ID_DIGITS).toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(String name) {
        return name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    boolean isMetBy(Certificate certificate) {
        return state instanceof State.Issued(var _, Thumbprint issued) && issued.equals(certificate.thumbprint());
    }

    CertificateRequest with(State other, Instant until) {
        return new CertificateRequest(id, authority, device, request, basis, address, asked, until, other);
    }
}
