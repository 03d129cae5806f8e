package dev.muster.server.wire.certificate;

import dev.muster.base.Refusal;
import dev.muster.hub.Renewal;
import dev.muster.hub.Renewal.Outcome;
import dev.muster.hub.Renewal.Wish;
import dev.muster.hub.Renewals;
import dev.muster.pki.Certificate;
import dev.muster.pki.Pem;
import dev.muster.server.wire.Json;
import dev.muster.server.wire.JsonObject;
import dev.muster.server.wire.Timestamps;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The bodies of the renewal over a hub, as the previews of the SDKs read them.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-certificate-management-concepts">IoT Hub: certificate
 *     management</a>
 */
public final class RenewalBodies {
    private static final Set<String> MEMBERS = Set.of("id", "csr", "replace");
    private static final String BAD_REQUEST = "400000";

    private RenewalBodies() {}

    /** How a device is given its certificates: the documents show PEM, and the SDKs read DER in base64. */
    public enum Form {
        DER,
        PEM
    }

    /** An answer: its status, and what goes with it. */
    public record Answer(int status, byte[] body) {}

    /** @throws Refusal INVALID_ARGUMENT for JSON that is no request; empty for what is no JSON object */
    public static Optional<Renewals.Request> parse(String requestId, byte[] body) {
        if (body.length == 0 || body[0] == '[') {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The body is not a JSON object.");
        }
        Map<String, Object> members;
        try {
            members = Json.parseObject(body);
        } catch (Refusal _) {
            return Optional.empty();
        }
        members.keySet().stream()
                .filter(name -> !MEMBERS.contains(name))
                .findFirst()
                .ifPresent(_ -> {
                    throw new Refusal(
                            Refusal.Reason.INVALID_ARGUMENT, "The body has members other than " + MEMBERS + ".");
                });
        JsonObject json = new JsonObject(members);
        return Optional.of(new Renewals.Request(
                new Wish(requestId, json.required("csr")), json.required("id"), json.text("replace")));
    }

    /** It is under way. */
    public static Answer accepted(Renewal renewal) {
        return new Answer(
                202,
                Json.print(Map.of(
                        "correlationId",
                        renewal.correlationId(),
                        "operationExpires",
                        Timestamps.print(renewal.expires()))));
    }

    /** @param chain leaf first */
    public static Answer issued(Renewal renewal, List<Certificate> chain, Form form) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("correlationId", renewal.correlationId());
        body.put(
                "certificates",
                chain.stream()
                        .map(certificate -> switch (form) {
                            case DER -> Base64.getEncoder().encodeToString(certificate.der());
                            case PEM -> Pem.write(certificate);
                        })
                        .toList());
        return new Answer(200, Json.print(body));
    }

    /** The request was in order, and the CSR in it was not. */
    public static Answer failed(Renewal renewal, Outcome.Failed failure, Instant now) {
        Map<String, String> info = info(renewal);
        info.put("credentialError", BAD_REQUEST);
        info.put("credentialMessage", failure.message());
        return error(
                400037,
                "The certificate could not be issued.",
                UUID.randomUUID().toString(),
                now,
                info);
    }

    /** Another request has to come to its end first. */
    public static Answer busy(Renewal other, Instant now) {
        return error(
                409004,
                "Another request of the device is active.",
                UUID.randomUUID().toString(),
                now,
                info(other));
    }

    /** What was sent is no JSON. */
    public static Answer unreadable(Instant now) {
        return error(400006, "The body is not JSON.", UUID.randomUUID().toString(), now, Map.of());
    }

    public static Answer refused(Refusal refusal, Instant now) {
        int code = switch (refusal.reason()) {
            case INVALID_ARGUMENT, TOO_LARGE -> 400004;
            case PRECONDITION_FAILED -> 412001;
            case ALREADY_EXISTS -> 409004;
            case THROTTLED -> 429002;
            case UNAVAILABLE -> 503001;
            case DEVICE_NOT_FOUND, ENROLLMENT_NOT_FOUND, AUTHORITY_NOT_FOUND, REGISTRATION_NOT_FOUND -> 404001;
            case FORBIDDEN, UNAUTHORIZED, CERTIFICATE_REFUSED, CERTIFICATE_AUTHORITY_UNKNOWN, DEVICE_DISABLED -> 403010;
        };
        return error(code, refusal.text(), refusal.trackingId(), now, Map.of());
    }

    private static Map<String, String> info(Renewal renewal) {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("correlationId", renewal.correlationId());
        info.put("requestId", renewal.wish().requestId());
        info.put("operationExpires", Timestamps.print(renewal.expires()));
        return info;
    }

    /** Embedded C fails on an info that is null, so it is left out where there is none. */
    private static Answer error(int code, String message, String trackingId, Instant now, Map<String, String> info) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorCode", code);
        body.put("message", message);
        body.put("trackingId", trackingId);
        body.put("timestampUtc", Timestamps.print(now));
        if (!info.isEmpty()) {
            body.put("info", info);
        }
        return new Answer(code / 1000, Json.print(body));
    }
}
