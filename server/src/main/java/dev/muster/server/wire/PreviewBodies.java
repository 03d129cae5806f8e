package dev.muster.server.wire;

import dev.muster.base.Refusal;
import dev.muster.enrollment.PreviewRegistry.Draft;
import dev.muster.enrollment.PreviewResource;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trust bundles and certificate authorities as the preview 2021-11-01 of the service API writes them, with the members
 * of our own types of authorities beside Azure's.
 *
 * @see <a
 *     href="https://github.com/Azure/azure-rest-api-specs/tree/main/specification/deviceprovisioningservices/data-plane">DPS:
 *     service API, previews</a>
 */
public final class PreviewBodies {
    private static final String CERTIFICATES = "certificates";
    private static final List<String> SETTINGS =
            List.of("certificateAuthorityType", "profileName", "url", "label", "authority", "userName");
    private static final String TRUSTED = "trustedCertificates";
    private static final String DAYS = "validityInDays";
    private static final List<String> SECRETS = List.of("apiKey", "apiSecret", "password", "groupKey");

    private PreviewBodies() {}

    /**
     * @param id of the path
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Draft parse(Kind kind, String id, Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return switch (kind) {
            case TRUST_BUNDLE -> new Draft(kind, id, Map.of(CERTIFICATES, certificates(body)), Map.of());
            case CERTIFICATE_AUTHORITY -> {
                body.required("certificateAuthorityType");
                Map<String, Object> settings = texts(body, SETTINGS);
                body.filledText(TRUSTED).ifPresent(text -> settings.put(TRUSTED, trusted(text)));
                body.number(DAYS).ifPresent(days -> settings.put(DAYS, days));
                yield new Draft(kind, id, settings, texts(body, SECRETS));
            }
        };
    }

    /** @param withCertificates whether the certificates themselves are shown, beside their descriptions */
    public static Map<String, Object> print(PreviewResource resource, boolean withCertificates) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", resource.id());
        switch (resource.kind()) {
            case TRUST_BUNDLE -> {
                body.put(
                        CERTIFICATES,
                        new JsonObject(resource.contents())
                                .texts(CERTIFICATES).stream()
                                        .map(pem -> described(pem, withCertificates))
                                        .toList());
                body.put("createdDateTime", Timestamps.print(resource.stamp().created()));
                body.put(
                        "lastModifiedDateTime",
                        Timestamps.print(resource.stamp().updated()));
            }
            case CERTIFICATE_AUTHORITY -> {
                body.putAll(resource.contents());
                body.put("createdDateTimeUtc", Timestamps.print(resource.stamp().created()));
                body.put(
                        "lastUpdatedDateTimeUtc",
                        Timestamps.print(resource.stamp().updated()));
            }
        }
        body.put("etag", '"' + resource.stamp().etag().value() + '"');
        return body;
    }

    private static List<String> certificates(JsonObject body) {
        List<String> certificates = body.objects(CERTIFICATES).stream()
                .map(entry -> entry.required("certificate"))
                .flatMap(text -> Pem.certificates(text).stream())
                .map(Pem::write)
                .toList();
        if (certificates.isEmpty()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "A trust bundle needs certificates.");
        }
        return certificates;
    }

    /** Nothing but certificates: what stands beside them may be a key, and all of this is shown. */
    private static String trusted(String text) {
        try {
            return Pem.write(Pem.certificates(text));
        } catch (Refusal refusal) {
            throw new Refusal(refusal.reason(), TRUSTED + ": " + refusal.text() + " Give certificates in PEM.");
        }
    }

    private static Map<String, Object> described(String pem, boolean withCertificate) {
        Certificate certificate = Pem.certificates(pem).getFirst();
        Map<String, Object> body = new LinkedHashMap<>();
        if (withCertificate) {
            body.put("certificate", pem);
        }
        body.put("metadata", AttestationBodies.description(certificate));
        return body;
    }

    private static Map<String, Object> texts(JsonObject body, List<String> names) {
        Map<String, Object> texts = new LinkedHashMap<>();
        for (String name : names) {
            Optional<String> text = body.filledText(name);
            text.ifPresent(value -> texts.put(name, value));
        }
        return texts;
    }
}
