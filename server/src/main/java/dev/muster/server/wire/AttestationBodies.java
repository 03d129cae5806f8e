package dev.muster.server.wire;

import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.base.SymmetricKeys;
import dev.muster.enrollment.Attestation;
import dev.muster.enrollment.AttestationDraft;
import dev.muster.enrollment.AttestationDraft.Entry;
import dev.muster.enrollment.Slots;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.pki.Thumbprint;
import dev.muster.tpm.TpmPublicKey;
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
    private static final String X509 = "x509";
    private static final String SYMMETRIC_KEY = "symmetricKey";
    private static final String TPM = "tpm";
    private static final String CLIENT = "clientCertificates";
    private static final String SIGNING = "signingCertificates";
    private static final String REFERENCES = "caReferences";

    private AttestationBodies() {}

    static AttestationDraft parse(Optional<JsonObject> attestation) {
        JsonObject mechanism = attestation.orElseThrow(AttestationBodies::missing);
        return switch (mechanism.required("type").toLowerCase(Locale.ROOT)) {
            case "x509" -> x509(mechanism.object(X509).orElseThrow(AttestationBodies::missing));
            case "symmetrickey" -> sharedKeys(mechanism.object(SYMMETRIC_KEY));
            case "tpm" -> tpm(mechanism.object(TPM).orElseThrow(AttestationBodies::missing));
            default -> throw invalid("type must be one of x509, symmetricKey and tpm.");
        };
    }

    /** As enrollments show it: with certificates described, and without keys. */
    static Map<String, Object> print(Attestation attestation) {
        Map<String, Object> body = new LinkedHashMap<>();
        switch (attestation) {
            case Attestation.ClientCertificates(var certificates) ->
                x509(body, CLIENT, slots(certificates, AttestationBodies::described));
            case Attestation.SigningCertificates(var certificates) ->
                x509(body, SIGNING, slots(certificates, AttestationBodies::described));
            case Attestation.CertificateAuthorities(var names) -> x509(body, REFERENCES, slots(names, name -> name));
            case Attestation.SharedKeys _ -> body.put("type", SYMMETRIC_KEY);
            case Attestation.Tpm tpm -> {
                body.put("type", TPM);
                body.put(TPM, tpm(tpm));
            }
        }
        return body;
    }

    static Map<String, Object> tpm(Attestation.Tpm tpm) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("endorsementKey", tpm.endorsementKey().base64());
        tpm.storageRootKey().ifPresent(key -> keys.put("storageRootKey", key.base64()));
        return keys;
    }

    /** As {@link #print} and with the keys, for those who may see secrets. */
    public static Map<String, Object> printWithKeys(Attestation attestation) {
        Map<String, Object> body = print(attestation);
        if (attestation instanceof Attestation.SharedKeys(SymmetricKeys keys)) {
            body.put(
                    SYMMETRIC_KEY,
                    Map.of(
                            "primaryKey", keys.primary().base64(),
                            "secondaryKey", keys.secondary().base64()));
        }
        return body;
    }

    private static void x509(Map<String, Object> body, String kind, Map<String, Object> slots) {
        body.put("type", X509);
        body.put(X509, Map.of(kind, slots));
    }

    private static AttestationDraft x509(JsonObject x509) {
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

    /** Java sends empty texts for the keys that it leaves to the service, others nothing. */
    private static AttestationDraft sharedKeys(Optional<JsonObject> keys) {
        return new AttestationDraft.SharedKeys(
                keys.flatMap(pair -> pair.filledText("primaryKey")).map(SymmetricKey::new),
                keys.flatMap(pair -> pair.filledText("secondaryKey")).map(SymmetricKey::new));
    }

    private static AttestationDraft tpm(JsonObject tpm) {
        return new AttestationDraft.Tpm(
                TpmPublicKey.parse(tpm.required("endorsementKey")),
                tpm.filledText("storageRootKey").map(TpmPublicKey::parse));
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

    static Map<String, Object> described(Certificate certificate) {
        return Map.of("info", description(certificate));
    }

    /** Java fails on a description that lacks one of these. */
    static Map<String, Object> description(Certificate certificate) {
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
        return info;
    }

    private static Refusal missing() {
        return invalid("TPM or X509 attestation is required.");
    }

    private static Refusal invalid(String message) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, message);
    }
}
