package dev.muster.server.wire.certificate;

import dev.muster.authority.Authority;
import dev.muster.authority.Authority.Generation;
import dev.muster.authority.AuthorityRegistry.Draft;
import dev.muster.authority.AuthorityRegistry.KeyPlace;
import dev.muster.authority.AuthorityRegistry.Subject;
import dev.muster.authority.IssuingRules;
import dev.muster.authority.KeyVaults;
import dev.muster.authority.Rotation;
import dev.muster.base.Refusal;
import dev.muster.pki.Certificate;
import dev.muster.pki.CertificateProfile.Purpose;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.KeyBundle;
import dev.muster.pki.Pem;
import dev.muster.server.wire.JsonObject;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bodies of certificate authorities in Muster's own API. Times are those of ISO 8601, {@code P30D} a duration. */
public final class AuthorityBodies {
    private static final Map<String, KeyAlgorithm> ALGORITHMS = spellings(KeyAlgorithm.values());
    private static final Map<String, Purpose> PURPOSES = spellings(Purpose.values());

    private AuthorityBodies() {}

    /** @throws Refusal INVALID_ARGUMENT */
    public static Draft parseDraft(String name, Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        Optional<String> issuer = body.filledText("issuer");
        return new Draft(
                name,
                issuer,
                subject(name, body),
                new KeyPlace(
                        body.choice("keyAlgorithm", ALGORITHMS)
                                .orElse(issuer.isEmpty() ? KeyAlgorithm.EC_P384 : KeyAlgorithm.EC_P256),
                        body.filledText("vault").orElse(KeyVaults.FILES)),
                body.object("rules")
                        .map(rules -> rules(rules, IssuingRules.defaults()))
                        .orElseGet(IssuingRules::defaults));
    }

    private static Subject subject(String name, JsonObject body) {
        return new Subject(
                body.filledText("commonName").orElse(name),
                duration(body, "validity"),
                body.number("pathLength").orElse(0));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static Rotation.Wish parseWish(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return new Rotation.Wish(
                body.filledText("commonName"),
                body.choice("keyAlgorithm", ALGORITHMS),
                duration(body, "validity"),
                body.filledText("vault"),
                body.flag("crossSign").orElse(true));
    }

    /** An authority that was made elsewhere. */
    public record Import(KeyBundle bundle, String vault, IssuingRules rules) {}

    /**
     * Either {@code pkcs12}, the file in base64, or {@code key} and {@code certificates} in PEM; with a
     * {@code password} where there is one.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static Import parseImport(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        Optional<char[]> password = body.text("password").map(String::toCharArray);
        KeyBundle bundle = body.filledText("pkcs12")
                .map(file -> KeyBundle.ofPkcs12(base64(file), password.orElseGet(() -> new char[0])))
                .orElseGet(() -> new KeyBundle(
                        Pem.privateKey(body.required("key"), password),
                        Pem.certificates(body.required("certificates"))));
        return new Import(
                bundle,
                body.filledText("vault").orElse(KeyVaults.FILES),
                body.object("rules")
                        .map(rules -> rules(rules, IssuingRules.defaults()))
                        .orElseGet(IssuingRules::defaults));
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "pkcs12 must be base64.");
        }
    }

    /**
     * Rules of which those that are not named stay as they are.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static IssuingRules parseRules(Map<String, Object> json, IssuingRules before) {
        return rules(new JsonObject(json), before);
    }

    private static IssuingRules rules(JsonObject body, IssuingRules before) {
        return new IssuingRules(
                duration(body, "validity").orElse(before.validity()),
                body.value("keyAlgorithms").isEmpty()
                        ? before.keys()
                        : choices(body, "keyAlgorithms", ALGORITHMS).collect(Collectors.toSet()),
                body.value("purposes").isEmpty()
                        ? before.purposes()
                        : choices(body, "purposes", PURPOSES).distinct().toList(),
                body.text("ids").or(before::ids).filter(ids -> !ids.isEmpty()),
                body.flag("approval").orElse(before.approval()));
    }

    /** @param issued how many certificates a generation has issued */
    public static Map<String, Object> print(Authority authority, ToLongFunction<Generation> issued) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", authority.name());
        body.put("etag", authority.etag().value());
        body.put("created", authority.created().toString());
        body.put("updated", authority.updated().toString());
        body.put("rules", print(authority.rules()));
        body.put(
                "generations",
                authority.generations().stream()
                        .map(generation -> print(authority, generation, issued.applyAsLong(generation)))
                        .toList());
        return body;
    }

    private static Map<String, Object> print(IssuingRules rules) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("validity", text(rules.validity()));
        body.put(
                "keyAlgorithms",
                rules.keys().stream().sorted().map(AuthorityBodies::spelling).toList());
        body.put(
                "purposes",
                rules.purposes().stream().map(AuthorityBodies::spelling).toList());
        rules.ids().ifPresent(ids -> body.put("ids", ids));
        body.put("approval", rules.approval());
        return body;
    }

    private static Map<String, Object> print(Authority authority, Generation generation, long issued) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("number", generation.number());
        body.put("state", state(authority, generation));
        body.put("commonName", generation.commonName());
        body.put("vault", generation.key().vault());
        body.put("created", generation.created().toString());
        body.put("issued", issued);
        generation.certificate().ifPresent(certificate -> body.put("certificate", print(certificate)));
        body.put("chain", generation.chain().stream().map(Certificate::subject).toList());
        if (!generation.crossSigned().isEmpty()) {
            body.put("crossSignedBy", generation.crossSigned().getFirst().issuer());
        }
        return body;
    }

    private static String state(Authority authority, Generation generation) {
        if (generation.certificate().isEmpty()) {
            return "requested";
        }
        return authority.current().filter(generation::equals).isPresent() ? "issuing" : "former";
    }

    private static Map<String, Object> print(Certificate certificate) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("subject", certificate.subject());
        body.put("issuer", certificate.issuer());
        body.put("serialNumber", certificate.x509().getSerialNumber().toString(16));
        body.put("notBefore", certificate.notBefore().toString());
        body.put("notAfter", certificate.notAfter().toString());
        body.put("sha256Thumbprint", certificate.thumbprint().hex());
        body.put(
                "keyAlgorithm",
                KeyAlgorithm.of(certificate.x509().getPublicKey())
                        .map(AuthorityBodies::spelling)
                        .orElseGet(
                                () -> KeyAlgorithm.describe(certificate.x509().getPublicKey())));
        return body;
    }

    private static <E extends Enum<E>> Stream<E> choices(JsonObject body, String name, Map<String, E> spellings) {
        return body.texts(name).stream()
                .map(text -> new JsonObject(Map.of(name, text))
                        .choice(name, spellings)
                        .orElseThrow(() -> new Refusal(
                                Refusal.Reason.INVALID_ARGUMENT, name + " must not have an empty text in it.")));
    }

    private static Optional<Duration> duration(JsonObject body, String name) {
        return body.filledText(name).map(text -> {
            try {
                return Duration.parse(text);
            } catch (DateTimeParseException _) {
                throw new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        name + " must be a duration of ISO 8601, such as P30D or PT12H.");
            }
        });
    }

    private static String text(Duration duration) {
        return duration.equals(Duration.ofDays(duration.toDays()))
                ? "P" + duration.toDays() + "D"
                : duration.toString();
    }

    private static String spelling(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> Map<String, E> spellings(E[] values) {
        Map<String, E> spellings = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> spellings.put(spelling(value), value));
        return spellings;
    }
}
