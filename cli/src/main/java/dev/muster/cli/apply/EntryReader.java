package dev.muster.cli.apply;

import dev.muster.base.Refusal;
import dev.muster.base.SymmetricKey;
import dev.muster.cli.client.Document;
import dev.muster.enrollment.RegistrationId;
import dev.muster.pki.Pem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads enrollments and devices into the bodies that the API wants. */
final class EntryReader {
    private static final List<String> STATUSES = List.of("enabled", "disabled");
    private static final List<String> POLICIES = List.of("hashed", "geoLatency", "static", "custom");
    private static final List<String> MOVES = List.of("migrate", "reset", "never");
    private static final String GENERATED = "generated";

    private final Sources sources;

    EntryReader(Sources sources) {
        this.sources = sources;
    }

    Optional<Declared.Entry> group(Mapping item) {
        Optional<String> id = registrationId(item);
        Map<String, Object> body = new LinkedHashMap<>();
        id.ifPresent(value -> body.put("enrollmentGroupId", value));
        attestation(item, List.of("certificate", "ca", "symmetric-key"), "signingCertificates")
                .ifPresent(attestation -> body.put("attestation", attestation));
        settings(item, body);
        return entry(item, Kind.GROUP, id, Optional.empty(), body);
    }

    Optional<Declared.Entry> enrollment(Mapping item) {
        Optional<String> id = registrationId(item);
        Map<String, Object> body = new LinkedHashMap<>();
        id.ifPresent(value -> body.put("registrationId", value));
        item.text("device-id").ifPresent(value -> body.put("deviceId", value));
        attestation(item, List.of("certificate", "symmetric-key", "endorsement-key"), "clientCertificates")
                .ifPresent(attestation -> body.put("attestation", attestation));
        settings(item, body);
        return entry(item, Kind.ENROLLMENT, id, Optional.empty(), body);
    }

    Optional<Declared.Entry> device(Mapping item) {
        Optional<String> id = item.required("id");
        Map<String, Object> body = new LinkedHashMap<>();
        id.ifPresent(value -> body.put("deviceId", value));
        item.choice("status", STATUSES).ifPresent(value -> body.put("status", value));
        item.text("status-reason").ifPresent(value -> body.put("statusReason", value));
        item.flag("iot-edge").ifPresent(value -> body.put("capabilities", Map.of("iotEdge", value)));
        one(item, List.of("certificate", "symmetric-key"))
                .flatMap(way -> way.equals("certificate") ? thumbprints(item) : keys(item, "sas"))
                .ifPresent(authentication -> body.put("authentication", authentication));
        return entry(item, Kind.DEVICE, id, item.text("hub"), body);
    }

    private static Optional<Declared.Entry> entry(
            Mapping item, Kind kind, Optional<String> id, Optional<String> hub, Map<String, Object> body) {
        return id.map(value -> new Declared.Entry(item.line(), kind, value, hub, Document.of(body)));
    }

    private static Optional<String> registrationId(Mapping item) {
        return item.required("id").filter(id -> {
            try {
                return !new RegistrationId(id).value().isEmpty();
            } catch (Refusal refusal) {
                item.problem("id", Sources.reason(refusal));
                return false;
            }
        });
    }

    private void settings(Mapping item, Map<String, Object> body) {
        item.choice("status", STATUSES).ifPresent(value -> body.put("provisioningStatus", value));
        item.flag("iot-edge").ifPresent(value -> body.put("capabilities", Map.of("iotEdge", value)));
        item.texts("hubs").ifPresent(value -> body.put("iotHubs", value));
        item.choice("allocation-policy", POLICIES).ifPresent(value -> body.put("allocationPolicy", value));
        if (item.has("hubs") && !item.has("allocation-policy")) {
            item.problem("hubs", "with hubs it needs an 'allocation-policy'");
        }
        item.choice("reprovision", MOVES)
                .ifPresent(move -> body.put(
                        "reprovisionPolicy",
                        Map.of(
                                "updateHubAssignment",
                                !move.equals("never"),
                                "migrateDeviceData",
                                move.equals("migrate"))));
        item.mapping("webhook").ifPresent(webhook -> {
            try (webhook) {
                Map<String, Object> definition = new LinkedHashMap<>();
                secret(webhook, "url").ifPresent(url -> definition.put("webhookUrl", url));
                webhook.required("api-version").ifPresent(version -> definition.put("apiVersion", version));
                body.put("customAllocationDefinition", definition);
            }
        });
        item.mapping("initial-twin").ifPresent(twin -> {
            try (twin) {
                body.put(
                        "initialTwin",
                        Map.of(
                                "tags", twin.json("tags").orElse(Map.of()),
                                "properties",
                                        Map.of("desired", twin.json("desired").orElse(Map.of()))));
            }
        });
    }

    private Optional<Map<String, Object>> attestation(Mapping item, List<String> ways, String certificates) {
        return one(item, ways).flatMap(way -> switch (way) {
            case "certificate" -> slots(item, certificates);
            case "ca" -> {
                Map<String, Object> names = new LinkedHashMap<>();
                item.text("ca").ifPresent(name -> names.put("primary", name));
                item.text("secondary-ca").ifPresent(name -> names.put("secondary", name));
                yield Optional.of(x509("caReferences", names));
            }
            case "symmetric-key" -> keys(item, "symmetricKey");
            default ->
                item.text("endorsement-key").map(key -> Map.of("type", "tpm", "tpm", Map.of("endorsementKey", key)));
        });
    }

    /** The one way of several in which devices are to prove themselves. */
    private static Optional<String> one(Mapping item, List<String> ways) {
        List<String> chosen = ways.stream().filter(item::has).toList();
        if (chosen.size() == 1) {
            return Optional.of(chosen.getFirst());
        }
        item.problem("", "it needs one of " + String.join(", ", ways) + (chosen.isEmpty() ? "" : ", and no second"));
        return Optional.empty();
    }

    private Optional<Map<String, Object>> slots(Mapping item, String kind) {
        Map<String, Object> slots = new LinkedHashMap<>();
        sources.certificate(item, "certificate")
                .ifPresent(found -> slots.put("primary", Map.of("certificate", Pem.write(found))));
        sources.certificate(item, "secondary-certificate")
                .ifPresent(found -> slots.put("secondary", Map.of("certificate", Pem.write(found))));
        return Optional.of(x509(kind, slots));
    }

    private Optional<Map<String, Object>> thumbprints(Mapping item) {
        Map<String, Object> slots = new LinkedHashMap<>();
        sources.certificate(item, "certificate")
                .ifPresent(found ->
                        slots.put("primaryThumbprint", found.thumbprint().hex()));
        sources.certificate(item, "secondary-certificate")
                .ifPresent(found ->
                        slots.put("secondaryThumbprint", found.thumbprint().hex()));
        return Optional.of(Map.of("type", "selfSigned", "x509Thumbprint", slots));
    }

    private static Map<String, Object> x509(String kind, Map<String, Object> slots) {
        return Map.of("type", "x509", "x509", Map.of(kind, slots));
    }

    /** @param type what the API calls it */
    private Optional<Map<String, Object>> keys(Mapping item, String type) {
        if (item.isText("symmetric-key")) {
            // What stands there instead may be a key, so it is not repeated.
            item.text("symmetric-key")
                    .filter(text -> !text.equals(GENERATED))
                    .ifPresent(_ -> item.problem(
                            "symmetric-key", "it must be '" + GENERATED + "', or hold 'primary' and 'secondary'"));
            return Optional.of(Map.of("type", type));
        }
        return item.mapping("symmetric-key").map(given -> {
            try (given) {
                Map<String, Object> keys = new LinkedHashMap<>();
                key(given, "primary").ifPresent(key -> keys.put("primaryKey", key));
                key(given, "secondary").ifPresent(key -> keys.put("secondaryKey", key));
                return Map.of("type", type, "symmetricKey", keys);
            }
        });
    }

    private Optional<String> key(Mapping given, String slot) {
        return given.has(slot) || given.has(slot + "-file")
                ? secret(given, slot).filter(text -> {
                    try {
                        return !new SymmetricKey(text).base64().isEmpty();
                    } catch (Refusal refusal) {
                        given.problem(given.has(slot) ? slot : slot + "-file", Sources.reason(refusal));
                        return false;
                    }
                })
                : Optional.empty();
    }

    /** A text that may stand in the file, or in one of its own. */
    private Optional<String> secret(Mapping item, String key) {
        if (Stream.of(key, key + "-file").filter(item::has).count() != 1) {
            item.problem("", "it needs '" + key + "' or '" + key + "-file'");
            return Optional.empty();
        }
        return item.has(key) ? item.text(key) : sources.text(item, key + "-file");
    }
}
