package dev.muster.server.wire;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.enrollment.CaCertificate;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The bodies of CA certificates in the control plane, and its errors, as Azure Resource Manager writes them.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/dps-certificate">DPS: certificates</a>
 */
public final class ManagementBodies {
    /** RFC 1123 with two digits for the day, as Azure has it. */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static final String TYPE = "Microsoft.Devices/ProvisioningServices/Certificates";

    private ManagementBodies() {}

    /**
     * What an owner uploads.
     *
     * @param verified whether the owner vouches for it
     */
    public record Upload(Certificate certificate, boolean verified) {}

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT or CERTIFICATE_REFUSED */
    public static Upload parseUpload(Map<String, Object> json) {
        JsonObject body = JsonObject.camelCased(json);
        // The oldest API versions have the members at the top.
        JsonObject properties = body.object("properties").orElse(body);
        return new Upload(certificate(properties), properties.flag("isVerified").orElse(false));
    }

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT or CERTIFICATE_REFUSED */
    public static Certificate parseProof(Map<String, Object> json) {
        return certificate(JsonObject.camelCased(json));
    }

    /** @param id the path of the certificate's resource */
    public static Map<String, Object> print(CaCertificate stored, String id) {
        Certificate certificate = stored.certificate();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("subject", certificate.subject());
        properties.put("expiry", date(certificate.notAfter()));
        properties.put("thumbprint", Thumbprint.sha1(certificate.der()));
        properties.put("isVerified", stored.verified());
        properties.put("created", date(stored.stamp().created()));
        properties.put("updated", date(stored.stamp().updated()));
        properties.put("certificate", Base64.getEncoder().encodeToString(certificate.der()));
        stored.verificationCode().ifPresent(code -> properties.put("verificationCode", code));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", id);
        body.put("name", stored.name());
        body.put("type", TYPE);
        body.put("etag", stored.stamp().etag().value());
        body.put("properties", properties);
        return body;
    }

    /** @param explanation for a caller who has proved to be the owner */
    public static byte[] error(ErrorCode code, String message, String trackingId, Optional<Explanation> explanation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", code.number());
        body.put("httpStatusCode", Integer.toString(code.httpStatus()));
        body.put("message", message);
        body.put("details", explanation.map(it -> it + ". ").orElse("") + "Tracking ID: " + trackingId);
        return Json.print(body);
    }

    private static Certificate certificate(JsonObject body) {
        List<Certificate> certificates = Pem.certificates(body.required("certificate"));
        if (certificates.size() > 1) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT,
                    "The text holds " + certificates.size() + " certificates, and one is wanted.",
                    new Explanation(
                            "certificate",
                            "the first is " + certificates.getFirst().subject() + ", the last "
                                    + certificates.getLast().subject(),
                            "send one at a time"));
        }
        return certificates.getFirst();
    }

    private static String date(Instant instant) {
        return DATE.format(instant);
    }
}
