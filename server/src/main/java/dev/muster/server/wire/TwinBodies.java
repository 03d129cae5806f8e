package dev.muster.server.wire;

import dev.muster.allocation.LinkedHub.Data;
import dev.muster.base.Refusal;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceIdentity.Authentication;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Twin;
import dev.muster.hub.TwinSection;
import dev.muster.hub.TwinSection.Written;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Twins as services and devices write and read them.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-device-twins">IoT Hub: device twins</a>
 */
public final class TwinBodies {
    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final String VERSION = "$version";
    private static final String METADATA = "$metadata";

    private TwinBodies() {}

    /**
     * What a service wants to change. Clients send whole twins back: what is null, or not theirs to write, is passed
     * over.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    public static DeviceTwins.Change parseChange(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        return new DeviceTwins.Change(
                body.object("tags").map(TwinBodies::writable),
                body.object("properties")
                        .flatMap(properties -> properties.object("desired"))
                        .map(TwinBodies::writable));
    }

    /** What a device had reported, in the twin of an export. */
    static Optional<Map<String, Object>> exportedReported(JsonObject twin) {
        return twin.object("properties")
                .flatMap(properties -> properties.object("reported"))
                .map(TwinBodies::writable);
    }

    /** @throws Refusal INVALID_ARGUMENT when it is no JSON object */
    public static Map<String, Object> parseReported(byte[] body) {
        return writable(new JsonObject(Json.parseObject(body)));
    }

    /**
     * All of a twin, as services see it.
     *
     * @throws Refusal INVALID_ARGUMENT
     */
    static Data.Moved parseData(Map<String, Object> json) {
        JsonObject body = new JsonObject(json);
        Optional<JsonObject> properties = body.object("properties");
        return new Data.Moved(
                values(body.object("tags")),
                values(properties.flatMap(sections -> sections.object("desired"))),
                values(properties.flatMap(sections -> sections.object("reported"))));
    }

    private static Map<String, Object> values(Optional<JsonObject> section) {
        return section.map(TwinBodies::writable).orElse(Map.of());
    }

    /** As services see it. Java and the reference differ in the name of a timestamp, so both are there. */
    public static Map<String, Object> print(DeviceIdentity device, Twin twin, boolean connected) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deviceId", device.deviceId());
        body.put("etag", twin.etag().value());
        body.put("deviceEtag", device.etag().value());
        body.put("status", device.enabled() ? "enabled" : "disabled");
        body.put("statusReason", device.statusReason());
        body.put("statusUpdateTime", Timestamps.print(device.statusUpdated()));
        body.put("statusUpdatedTime", Timestamps.print(device.statusUpdated()));
        body.put("connectionState", connected ? "Connected" : "Disconnected");
        body.put("lastActivityTime", NEVER);
        body.put("cloudToDeviceMessageCount", 0);
        body.put("authenticationType", HubBodies.authenticationType(device.authentication()));
        body.put("x509Thumbprint", thumbprints(device.authentication()));
        body.put("modelId", "");
        body.put("version", twin.version());
        body.put("tags", twin.tags());
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("desired", printWithMetadata(twin.desired(), true));
        properties.put("reported", printWithMetadata(twin.reported(), false));
        body.put("properties", properties);
        body.put("capabilities", Map.of("iotEdge", device.iotEdge()));
        return body;
    }

    /** As its device sees it: without tags. */
    public static byte[] printForDevice(Twin twin) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("desired", versioned(twin.desired().values(), twin.desired().version()));
        body.put("reported", versioned(twin.reported().values(), twin.reported().version()));
        return Json.print(body);
    }

    /** What a device is told when its owner desires something else. */
    public static byte[] print(DeviceTwins.DesiredChange change) {
        return Json.print(versioned(change.patch(), change.version()));
    }

    /** For a device. The Node SDK tells an error by its code and message alone, the others by the status. */
    public static byte[] error(Refusal refusal, Instant now) {
        return error(ErrorCode.of(refusal.reason()), refusal.text(), refusal.trackingId(), now);
    }

    public static byte[] error(ErrorCode code, String message, String trackingId, Instant now) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorCode", HubBodies.errorNumber(code));
        body.put("trackingId", trackingId);
        body.put("message", message);
        body.put("timestampUtc", Timestamps.print(now));
        return Json.print(body);
    }

    private static Map<String, Object> writable(JsonObject object) {
        Map<String, Object> members = new LinkedHashMap<>(object.members());
        members.remove(VERSION);
        members.remove(METADATA);
        return members;
    }

    private static Map<String, Object> versioned(Map<String, Object> values, long version) {
        Map<String, Object> body = new LinkedHashMap<>(values);
        body.put(VERSION, version);
        return body;
    }

    private static Map<String, Object> printWithMetadata(TwinSection section, boolean withVersions) {
        Map<String, Object> body = new LinkedHashMap<>(section.values());
        body.put(METADATA, metadata(section.written(), withVersions));
        body.put(VERSION, section.version());
        return body;
    }

    private static Map<String, Object> metadata(Written written, boolean withVersions) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("$lastUpdated", Timestamps.print(written.at()));
        if (withVersions) {
            body.put("$lastUpdatedVersion", written.version());
        }
        written.members().forEach((name, member) -> body.put(name, metadata(member, withVersions)));
        return body;
    }

    private static Map<String, @Nullable Object> thumbprints(Authentication authentication) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        Optional<Authentication.SelfSigned> selfSigned =
                authentication instanceof Authentication.SelfSigned known ? Optional.of(known) : Optional.empty();
        body.put(
                "primaryThumbprint",
                selfSigned.flatMap(Authentication.SelfSigned::primaryThumbprint).orElse(null));
        body.put(
                "secondaryThumbprint",
                selfSigned
                        .flatMap(Authentication.SelfSigned::secondaryThumbprint)
                        .orElse(null));
        return body;
    }
}
