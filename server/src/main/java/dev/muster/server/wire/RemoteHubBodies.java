package dev.muster.server.wire;

import dev.muster.allocation.LinkedHub.Data;
import dev.muster.allocation.LinkedHub.NewDevice;
import dev.muster.base.Refusal;
import dev.muster.enrollment.Enrollment.InitialTwin;
import dev.muster.hub.DeviceIdentity.Authentication;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What another server's hub is sent and answers.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
public final class RemoteHubBodies {
    private RemoteHubBodies() {}

    /** What the hub's owner decides of a device, and no provisioning may change. */
    public record Status(boolean enabled, String reason) {
        public static Status ofNewDevice() {
            return new Status(true, "");
        }
    }

    public static byte[] device(NewDevice device, Status status) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deviceId", device.deviceId());
        body.putAll(decided(device, status));
        return Json.print(body);
    }

    /**
     * The device once more, with its data, as an import has it.
     *
     * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/bulk-registry/update-registry">IoT Hub: bulk
     *     registry</a>
     */
    public static byte[] bulk(NewDevice device, Status status, Data.Moved data) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("id", device.deviceId());
        item.put("importMode", "update");
        item.putAll(decided(device, status));
        item.put("tags", data.tags());
        item.put("properties", Map.of("desired", data.desired(), "reported", data.reported()));
        return Json.print(List.of(item));
    }

    private static Map<String, Object> decided(NewDevice device, Status status) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status.enabled() ? "enabled" : "disabled");
        if (!status.reason().isEmpty()) {
            body.put("statusReason", status.reason());
        }
        body.put("authentication", authentication(device.authentication()));
        body.put("capabilities", Map.of("iotEdge", device.iotEdge()));
        return body;
    }

    /** @throws Refusal INVALID_ARGUMENT when this is no device */
    public static Status parseStatus(byte[] device) {
        HubBodies.DeviceDraft draft = HubBodies.parseDevice(Json.parseObject(device));
        return new Status(draft.enabled(), draft.statusReason());
    }

    public static byte[] twin(InitialTwin twin) {
        return Json.print(Map.of("tags", twin.tags(), "properties", Map.of("desired", twin.desired())));
    }

    /** @throws Refusal INVALID_ARGUMENT when this is no twin */
    public static Data.Moved parseData(byte[] twin) {
        return TwinBodies.parseData(Json.parseObject(twin));
    }

    /**
     * Whether all of a bulk operation was done.
     *
     * @throws Refusal INVALID_ARGUMENT when this is no result of one
     */
    public static boolean parseSuccess(byte[] result) {
        return new JsonObject(Json.parseObject(result)).flag("isSuccessful").orElse(false);
    }

    /** What a hub says of an error, in any of its forms; for the owner. */
    public static String error(byte[] body) {
        try {
            JsonObject error = new JsonObject(Json.parseObject(body));
            return LogText.of(error.text("Message")
                    .or(() -> error.text("message"))
                    .or(() -> bulkError(error))
                    .orElse(""));
        } catch (Refusal refusal) {
            return "";
        }
    }

    /** A device's, which was the only one. */
    private static Optional<String> bulkError(JsonObject result) {
        return result.value("errors")
                .filter(errors -> errors instanceof List<?> list && list.size() == 1)
                .map(errors -> String.valueOf(((List<?>) errors).getFirst()));
    }

    private static Map<String, Object> authentication(Authentication authentication) {
        Map<String, Object> body = new LinkedHashMap<>();
        switch (authentication) {
            case Authentication.Sas(String primary, String secondary) -> {
                body.put("type", "sas");
                body.put("symmetricKey", Map.of("primaryKey", primary, "secondaryKey", secondary));
            }
            case Authentication.SelfSigned(Optional<String> primary, Optional<String> secondary) -> {
                Map<String, Object> thumbprints = new LinkedHashMap<>();
                primary.ifPresent(hex -> thumbprints.put("primaryThumbprint", hex));
                secondary.ifPresent(hex -> thumbprints.put("secondaryThumbprint", hex));
                body.put("type", "selfSigned");
                body.put("x509Thumbprint", thumbprints);
            }
            case Authentication.CertificateAuthority() -> body.put("type", "certificateAuthority");
        }
        return body;
    }
}
