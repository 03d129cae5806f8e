package dev.muster.server.wire.certificate;

import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.Pem;
import dev.muster.server.wire.Json;
import dev.muster.server.wire.JsonObject;
import dev.muster.server.wire.LogText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What another server's portal API is asked and answers. The other side of {@link PortalBodies}. */
public final class ExternalPortalBodies {
    private static final String TLS_CLIENT = "1.3.6.1.5.5.7.3.2";
    private static final int MOST_DAYS = 90;

    private ExternalPortalBodies() {}

    /**
     * An authority there.
     *
     * @param template by which it issues
     * @param days for which it issues at most
     */
    public record Listed(String id, String name, String template, int days) {}

    /** @throws Refusal INVALID_ARGUMENT */
    public static List<Listed> parseAuthorities(byte[] body) {
        return Json.parseObjects(body).stream()
                .map(JsonObject::new)
                .map(entry -> new Listed(
                        entry.required("CAID"),
                        entry.text("CAFriendlyName").orElse(""),
                        entry.text("TemplateID").orElse(""),
                        entry.number("MaxCertLifeDays").filter(days -> days > 0).orElse(MOST_DAYS)))
                .toList();
    }

    /** Lets certificates be requested for a name. */
    public static byte[] registration(Listed authority, String name) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("CAID", authority.id());
        body.put("TemplateID", authority.template());
        body.put("Domain", name);
        for (String people : List.of("Owners", "Requesters", "RequestersOnly", "NotificationEmails")) {
            body.put(people, List.of());
        }
        return Json.print(body);
    }

    /** @param days empty: as many as the authority gives, 90 at most */
    public static byte[] request(Listed authority, String name, Csr csr, Optional<Integer> days) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("SubjectName", "CN=" + name);
        body.put("SubjectAltNames", List.of());
        body.put("CAID", authority.id());
        body.put("TemplateID", authority.template());
        body.put("CSR", csr.pem());
        body.put("ValidityInDays", days.orElse(Math.min(authority.days(), MOST_DAYS)));
        body.put("EKUs", List.of(TLS_CLIENT));
        body.put("KeyUsages", List.of("Key Encipherment", "Digital Signature"));
        body.put("SelectedLocation", "IoT Device");
        for (String unused : List.of("ResourceID", "SecretName", "AKVName")) {
            body.put(unused, "");
        }
        body.put("AutoRenew", false);
        body.put("AutoRenewPercentage", 80);
        return Json.print(body);
    }

    /** Why it did not do what it was asked, as far as its answer says that it did not. */
    public static Optional<String> failure(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip().replaceFirst("^\"", "");
        if (text.startsWith("Error")) {
            return Optional.of(LogText.of(text));
        }
        return Json.parseIfObject(text)
                .map(JsonObject::new)
                .filter(answer ->
                        answer.value("Success").filter(Boolean.FALSE::equals).isPresent())
                .map(answer -> LogText.of(String.valueOf(answer.value("Message").orElse("it does not say why"))));
    }

    /**
     * A certificate, its issuer's and the root's, of which the last two may be one.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static List<Certificate> parseCertificates(byte[] body) {
        JsonObject answer = new JsonObject(Json.parseObject(body));
        return Stream.of("CertificatePEM", "IssuingCACertificate", "RootCertificate")
                .flatMap(member -> Pem.certificates(answer.required(member)).stream())
                .distinct()
                .toList();
    }
}
