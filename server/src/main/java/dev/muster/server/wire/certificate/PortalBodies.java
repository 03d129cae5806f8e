package dev.muster.server.wire.certificate;

import dev.muster.authority.Authority;
import dev.muster.authority.Issuance.Issued;
import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.certification.CertificateToken;
import dev.muster.certification.CertificateToken.Claims;
import dev.muster.certification.RegisteredName;
import dev.muster.pki.Certificate;
import dev.muster.pki.Csr;
import dev.muster.pki.KeyAlgorithm;
import dev.muster.pki.Pem;
import dev.muster.server.wire.Json;
import dev.muster.server.wire.JsonObject;
import dev.muster.server.wire.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bodies of the portal CA's API, spelled as its clients do, and the tokens that certificates' holders sign. */
public final class PortalBodies {
    private static final Pattern COMMON_NAME =
            Pattern.compile("(?:^|,)\\s*CN\\s*=\\s*([^,]+)", Pattern.CASE_INSENSITIVE);
    private static final int MAX_DAYS = 36_525;

    private PortalBodies() {}

    /** A name for which certificates are to be requested. */
    public record Registration(String authority, String name) {}

    /** A certificate that is requested. */
    public record Request(String authority, String name, Csr request, Optional<Duration> validity) {}

    /** A certificate that is requested in the place of another. */
    public record Renewal(Certificate current, Csr request, Optional<Duration> validity) {}

    /** How clients call an authority, in which some expect a GUID. */
    public static String id(String authority) {
        return UUID.nameUUIDFromBytes(authority.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static Registration parseRegistration(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return new Registration(body.required("CAID"), body.required("Domain"));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static Request parseRequest(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        Matcher name = COMMON_NAME.matcher(body.required("SubjectName"));
        if (!name.find()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "SubjectName must be CN= and the registered name.");
        }
        return new Request(
                body.required("CAID"), name.group(1).strip(), Csr.parseText(body.required("CSR")), validity(body));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static Renewal parseRenewal(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        JsonObject payload = body.object("Payload")
                .orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "Payload is required."));
        return new Renewal(
                Pem.certificates(body.required("Certificate")).getFirst(),
                Csr.parseText(payload.required("CSR")),
                validity(payload));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static String parseRevocation(Map<String, Object> json) {
        return new JsonObject(json).required("Thumbprint");
    }

    private static Optional<Duration> validity(JsonObject body) {
        Optional<Integer> days = body.number("ValidityInDays").filter(number -> number != 0);
        if (days.filter(number -> number < 0 || number > MAX_DAYS).isPresent()) {
            throw new Refusal(
                    Refusal.Reason.INVALID_ARGUMENT, "ValidityInDays must be a number from 1 to " + MAX_DAYS + ".");
        }
        return days.map(Duration::ofDays);
    }

    /**
     * Reads a token in compact form (RFC 7515 section 7.1).
     *
     * @throws Refusal UNAUTHORIZED
     */
    public static CertificateToken parseToken(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw badToken("it has not three parts");
        }
        try {
            JsonObject header = object(parts[0]);
            JsonObject claims = object(parts[1]);
            return new CertificateToken(
                    header.required("alg"),
                    header.required("x5t"),
                    new Claims(
                            instant(claims, "nbf"),
                            instant(claims, "exp")
                                    .orElseThrow(() -> badToken("it does not say until when it is good (exp)")),
                            audiences(claims),
                            claims.text("jti")),
                    (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlDecoder().decode(parts[2]));
        } catch (IllegalArgumentException _) {
            throw badToken("a part of it is not base64url");
        } catch (Refusal refusal) {
            throw refusal.reason() == Refusal.Reason.UNAUTHORIZED
                    ? refusal
                    : badToken("its header or its claims cannot be read: " + refusal.text());
        }
    }

    private static JsonObject object(String part) {
        return new JsonObject(Json.parseObject(Base64.getUrlDecoder().decode(part)));
    }

    /** One, or several (RFC 7519 section 4.1.3). */
    private static List<String> audiences(JsonObject claims) {
        return claims.value("aud").filter(List.class::isInstance).isPresent()
                ? claims.texts("aud")
                : claims.text("aud").stream().toList();
    }

    /** Seconds since 1970, of which some libraries send fractions. */
    private static Optional<Instant> instant(JsonObject claims, String name) {
        return claims.value(name).map(value -> switch (value) {
            case Number number -> Instant.ofEpochSecond(Math.clamp(number.longValue(), 0, Integer.MAX_VALUE * 16L));
            default -> throw badToken(name + " is no number");
        });
    }

    /** An authority, and what can be had of it. */
    public static Map<String, Object> print(Authority authority) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("CAID", id(authority.name()));
        body.put("CAFriendlyName", authority.name());
        body.put("CATemplateType", "SSL Template");
        body.put("TemplateID", id(authority.name()));
        body.put("KeyUsage", "Digital Signature, Key Encipherment");
        body.put("MaxCertLifeDays", Math.max(1, authority.rules().validity().toDays()));
        body.put("DomainRestrictions", authority.rules().ids().orElse(""));
        body.put(
                "CAKeyType",
                authority
                        .current()
                        .flatMap(Authority.Generation::certificate)
                        .map(own -> KeyAlgorithm.describe(own.x509().getPublicKey()))
                        .orElse(""));
        body.put("CAHashing", "SHA256");
        return body;
    }

    public static Map<String, Object> print(RegisteredName name) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("CAID", id(name.authority()));
        body.put("TemplateID", id(name.authority()));
        body.put("Domain", name.name());
        body.put("DateCreated", Timestamps.print(name.registered()));
        return body;
    }

    /** A certificate with what is above it. */
    public static Map<String, Object> print(Issued issued) {
        List<Certificate> chain = issued.chain();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("CertificatePEM", Pem.write(chain.getFirst()));
        body.put("IssuingCACertificate", Pem.write(chain.get(Math.min(1, chain.size() - 1))));
        body.put("RootCertificate", Pem.write(chain.getLast()));
        return body;
    }

    /** @param message a certificate in PEM, or what to say to people */
    public static Map<String, Object> outcome(boolean success, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Success", success);
        body.put("Message", message);
        return body;
    }

    private static Refusal badToken(String rule) {
        return new Refusal(
                Refusal.Reason.UNAUTHORIZED,
                "The token of the certificate is not accepted.",
                new Explanation(
                        "token",
                        rule,
                        "send a JSON web token, with x5t in its header, signed by the certificate's key"));
    }
}
