package dev.muster.server.wire.certificate;

import dev.muster.authority.IssuedCertificate;
import dev.muster.authority.IssuedCounts;
import dev.muster.pki.Certificate;
import dev.muster.server.wire.Timestamps;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the owner sees of the certificates that were issued. */
public final class FleetBodies {
    private FleetBodies() {}

    public static Map<String, Object> print(IssuedCertificate issued, boolean revoked) {
        Certificate certificate = issued.certificate();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deviceId", issued.subject());
        body.put("thumbprint", certificate.thumbprint().hex());
        body.put(
                "serialNumber",
                certificate.x509().getSerialNumber().toString(16).toUpperCase(Locale.ROOT));
        body.put("authority", issued.authority());
        body.put("issuerThumbprint", issued.issuer().hex());
        body.put("issuedUtc", Timestamps.print(issued.issued()));
        body.put("notBeforeUtc", Timestamps.print(certificate.notBefore()));
        body.put("notAfterUtc", Timestamps.print(certificate.notAfter()));
        body.put("revoked", revoked);
        body.put("basis", basis(issued.basis().kind()));
        body.put("basisId", issued.basis().id());
        return body;
    }

    public static Map<String, Object> print(IssuedCounts.OfIssuer count) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("authority", count.authority());
        body.put("issuerThumbprint", count.issuer().hex());
        body.put("count", count.count());
        return body;
    }

    public static Map<String, Object> print(YearMonth month, long count) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("month", month.toString());
        body.put("count", count);
        return body;
    }

    static String basis(IssuedCertificate.Basis.Kind kind) {
        return switch (kind) {
            case INDIVIDUAL_ENROLLMENT -> "enrollment";
            case ENROLLMENT_GROUP -> "enrollmentGroup";
            case HUB -> "hub";
            case OWNER -> "owner";
        };
    }
}
