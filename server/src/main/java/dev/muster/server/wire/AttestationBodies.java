package dev.muster.server.wire;

import dev.muster.base.Refusal;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.AttestationDraft;
import dev.muster.enrollment.AttestationDraft.Entry;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The attestation mechanism of an enrollment. Of a certificate only its description is ever printed, as at Azure.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/get">DPS: attestation
 *     mechanism</a>
 */
public final class AttestationBodies {
    private static final String CLIENT = "clientCertificates";
    private static final String SIGNING = "signingCertificates";
    private static final String REFERENCES = "caReferences";

    private AttestationBodies() {}

    static AttestationDraft parse(Optional<JsonObject> attestation) {
        JsonObject mechanism = attestation.orElseThrow(() -> invalid("TPM or X509 attestation is required."));
        String type = mechanism.required("type");
        if (!type.equalsIgnoreCase("x509")) {
            throw invalid("This version supports X.509 attestation only, and not " + type + " yet.");
        }
        JsonObject x509 = mechanism.object("x509").orElseThrow(() -> invalid("TPM or X509 attestation is required."));
        List<String> kinds = List.of(CLIENT, SIGNING, REFERENCES).stream()
                .filter(kind -> x509.object(kind).isPresent())
                .toList();
        if (kinds.size() != 1) {
            throw invalid("X.509 attestation needs exactly one of clientCertificates, signingCertificates and"
                    + " caReferences.");
        }
        String kind = kinds.getFirst();
        JsonObject slots = x509.object(kind).orElseThrow();
        return switch (kind) {
            case CLIENT -> new AttestationDraft.ClientCertificates(entry(slots, "primary"), entry(slots, "secondary"));
            case SIGNING ->
                new AttestationDraft.SigningCertificates(entry(slots, "primary"), entry(slots, "secondary"));
            default -> new AttestationDraft.CertificateAuthorities(names(slots));
        };
    }

    public static Map<String, Object> print(Attestation attestation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "x509");
        body.put(
                "x509",
                switch (attestation) {
                    case Attestation.ClientCertificates(var certificates) ->
                        Map.of(CLIENT, slots(certificates, AttestationBodies::described));
                    case Attestation.SigningCertificates(var certificates) ->
                        Map.of(SIGNING, slots(certificates, AttestationBodies::described));
                    case Attestation.CertificateAuthorities(var names) ->
                        Map.of(REFERENCES, slots(names, name -> name));
                });
        return body;
    }

    private static Entry entry(JsonObject slots, String slot) {
        Optional<JsonObject> entry = slots.object(slot);
        Optional<String> certificate = entry.flatMap(value -> value.filledText("certificate"));
        if (certificate.isPresent()) {
            return new Entry.Given(Pem.certificates(certificate.get()).getFirst());
        }
        // Clients that update something else send back the description that they were given.
        boolean described = entry.flatMap(value -> value.object("info")).isPresent();
        return described ? new Entry.Kept() : new Entry.Empty();
    }

    private static Slots<String> names(JsonObject slots) {
        String primary = slots.filledText("primary").orElse(null);
        String secondary = slots.filledText("secondary").orElse(null);
        if (primary == null && secondary == null) {
            throw invalid("caReferences needs a primary or a secondary.");
        }
        return new Slots<>(primary, secondary);
    }

    private static <T> Map<String, Object> slots(Slots<T> slots, Function<T, Object> print) {
        Map<String, Object> body = new LinkedHashMap<>();
        T primary = slots.primary();
        T secondary = slots.secondary();
        if (primary != null) {
            body.put("primary", print.apply(primary));
        }
        if (secondary != null) {
            body.put("secondary", print.apply(secondary));
        }
        return body;
    }

    /** Java fails on a description that lacks one of these. */
    private static Map<String, Object> described(Certificate certificate) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("subjectName", certificate.subject());
        info.put("sha1Thumbprint", Thumbprint.sha1(certificate.der()));
        info.put("sha256Thumbprint", certificate.thumbprint().hex());
        info.put("issuerName", certificate.issuer());
        info.put("notBeforeUtc", Timestamps.print(certificate.notBefore()));
        info.put("notAfterUtc", Timestamps.print(certificate.notAfter()));
        info.put(
                "serialNumber",
                certificate.x509().getSerialNumber().toString(16).toUpperCase(Locale.ROOT));
        info.put("version", certificate.x509().getVersion());
        return Map.of("info", info);
    }

    private static Refusal invalid(String message) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, message);
    }
}
