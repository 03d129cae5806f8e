package dev.muster.server.wire;

import dev.muster.hub.AuthenticationDraft;
import dev.muster.hub.DeviceIdentities;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of a hub's identity registry. Java wants every section of an identity to be there.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-identity-registry">IoT Hub: identity
 *     registry</a>
 */
public final class HubBodies {
    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final Map<String, Boolean> STATUSES = Map.of("enabled", true, "disabled", false);
    private static final Map<String, Kind> KINDS = Map.of(
            "sas", Kind.SAS,
            "selfSigned", Kind.SELF_SIGNED,
            "certificateAuthority", Kind.CERTIFICATE_AUTHORITY);

    private enum Kind {
        SAS,
        SELF_SIGNED,
        CERTIFICATE_AUTHORITY
    }

    private HubBodies() {}

    /** A device as its owner writes it. */
    public record DeviceDraft(
            boolean enabled, String statusReason, AuthenticationDraft authentication, boolean iotEdge) {}

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT */
    public static DeviceDraft parseDevice(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return new DeviceDraft(
                body.choice("status", STATUSES).orElse(true),
                body.text("statusReason").orElse(""),
                authentication(body.object("authentication").orElse(new JsonObject(Map.of()))),
                body.object("capabilities")
                        .flatMap(capabilities -> capabilities.flag("iotEdge"))
                        .orElse(false));
    }

    public static Map<String, Object> print(DeviceIdentity device, boolean connected) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deviceId", device.deviceId());
        body.put("generationId", device.generationId());
        body.put("etag", device.etag().value());
        body.put("connectionState", connected ? "Connected" : "Disconnected");
        body.put("status", device.enabled() ? "enabled" : "disabled");
        body.put("statusReason", device.statusReason());
        body.put("connectionStateUpdatedTime", NEVER);
        body.put("statusUpdatedTime", Timestamps.print(device.statusUpdated()));
        body.put("lastActivityTime", NEVER);
        body.put("cloudToDeviceMessageCount", 0);
        body.put("authentication", authentication(device.authentication()));
        body.put("capabilities", Map.of("iotEdge", device.iotEdge()));
        return body;
    }

    /** The second spelling is the one that Java reads. */
    public static Map<String, Object> statistics(DeviceIdentities.Count count) {
        return Map.of(
                "totalDeviceCount", count.total(),
                "enabledDeviceCount", count.enabled(),
                "enableDeviceCount", count.enabled(),
                "disabledDeviceCount", count.disabled());
    }

    public static Map<String, Object> serviceStatistics(long connected) {
        return Map.of("connectedDeviceCount", connected);
    }

    /** The form in which Node and C# find the name of an error. */
    public static byte[] error(ErrorCode code, String message, String trackingId, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Message", "ErrorCode:" + errorName(code) + ";" + message);
        body.put("ExceptionMessage", "Tracking ID:" + trackingId + "-TimeStamp:" + Timestamps.print(now));
        return Json.print(body);
    }

    /** What a hub calls an error; the value of the header {@code iothub-errorcode}. */
    public static String errorName(ErrorCode code) {
        return switch (code) {
            case BAD_REQUEST, METHOD_NOT_ALLOWED -> "ArgumentInvalid";
            case UNAUTHORIZED, FORBIDDEN -> "IotHubUnauthorizedAccess";
            case NOT_FOUND, REGISTRATION_NOT_FOUND -> "DeviceNotFound";
            case CONFLICT -> "DeviceAlreadyExists";
            case PRECONDITION_FAILED -> "PreconditionFailed";
            case TOO_LARGE -> "MessageTooLarge";
            case THROTTLED -> "ThrottlingException";
            case INTERNAL -> "ServerError";
            case UNAVAILABLE -> "ServiceUnavailable";
        };
    }

    /**
     * The six digits of an error where devices read them.
     *
     * @see <a href="https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes">IoT Hub: error codes</a>
     */
    static int errorNumber(ErrorCode code) {
        return switch (code) {
            case NOT_FOUND, REGISTRATION_NOT_FOUND -> 404001;
            case CONFLICT -> 409001;
            case PRECONDITION_FAILED -> 412001;
            case TOO_LARGE -> 413001;
            case INTERNAL -> 500001;
            case BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, METHOD_NOT_ALLOWED, THROTTLED, UNAVAILABLE -> code.number();
        };
    }

    /** How a device authenticates, as its identity and its twin say it. */
    static String authenticationType(Authentication authentication) {
        return switch (authentication) {
            case Authentication.Sas _ -> "sas";
            case Authentication.SelfSigned _ -> "selfSigned";
            case Authentication.CertificateAuthority() -> "certificateAuthority";
        };
    }

    private static AuthenticationDraft authentication(JsonObject body) {
        Optional<JsonObject> thumbprints = body.object("x509Thumbprint");
        Optional<JsonObject> keys = body.object("symmetricKey");
        return switch (body.choice("type", KINDS).orElse(Kind.SAS)) {
            case SAS ->
                new AuthenticationDraft.Sas(
                        keys.flatMap(value -> value.filledText("primaryKey")),
                        keys.flatMap(value -> value.filledText("secondaryKey")));
            case SELF_SIGNED ->
                new AuthenticationDraft.SelfSigned(
                        thumbprints.flatMap(value -> value.filledText("primaryThumbprint")),
                        thumbprints.flatMap(value -> value.filledText("secondaryThumbprint")));
            case CERTIFICATE_AUTHORITY -> new AuthenticationDraft.CertificateAuthority();
        };
    }

    private static Map<String, Object> authentication(Authentication authentication) {
        return switch (authentication) {
            case Authentication.Sas(String primary, String secondary) ->
                authentication("sas", primary, secondary, null, null);
            case Authentication.SelfSigned(Optional<String> primary, Optional<String> secondary) ->
                authentication("selfSigned", null, null, primary.orElse(null), secondary.orElse(null));
            case Authentication.CertificateAuthority() ->
                authentication("certificateAuthority", null, null, null, null);
        };
    }

    private static Map<String, Object> authentication(
            String type,
            @Nullable String primaryKey,
            @Nullable String secondaryKey,
            @Nullable String primaryThumbprint,
            @Nullable String secondaryThumbprint) {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        keys.put("primaryKey", primaryKey);
        keys.put("secondaryKey", secondaryKey);
        Map<String, @Nullable Object> thumbprints = new LinkedHashMap<>();
        thumbprints.put("primaryThumbprint", primaryThumbprint);
        thumbprints.put("secondaryThumbprint", secondaryThumbprint);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("symmetricKey", keys);
        body.put("x509Thumbprint", thumbprints);
        body.put("type", type);
        return body;
    }
}
