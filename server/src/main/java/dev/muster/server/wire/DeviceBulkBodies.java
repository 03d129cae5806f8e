package dev.muster.server.wire;

import dev.muster.base.Etag;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Several devices in one body, and what became of each.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-bulk-identity-mgmt#import-devices">IoT Hub: import
 *     devices</a>
 */
public final class DeviceBulkBodies {
    /** As many as Azure takes. */
    public static final int MAX_ITEMS = 100;

    private static final Map<String, Mode> MODES = Map.of(
            "create", Mode.CREATE,
            "createOrUpdate", Mode.CREATE_OR_UPDATE,
            "createOrUpdateIfMatchETag", Mode.CREATE_OR_UPDATE_IF_MATCH_ETAG,
            "update", Mode.UPDATE,
            "updateIfMatchETag", Mode.UPDATE_IF_MATCH_ETAG,
            "delete", Mode.DELETE,
            "deleteIfMatchETag", Mode.DELETE_IF_MATCH_ETAG,
            "updateTwin", Mode.UPDATE_TWIN,
            "updateTwinIfMatchETag", Mode.UPDATE_TWIN_IF_MATCH_ETAG);

    private DeviceBulkBodies() {}

    /** What is to be done to a device. */
    public enum Mode {
        CREATE,
        CREATE_OR_UPDATE,
        CREATE_OR_UPDATE_IF_MATCH_ETAG,
        UPDATE,
        UPDATE_IF_MATCH_ETAG,
        DELETE,
        DELETE_IF_MATCH_ETAG,
        UPDATE_TWIN,
        UPDATE_TWIN_IF_MATCH_ETAG
    }

    /** A device as an export writes it. */
    public record Item(
            Mode mode,
            HubBodies.DeviceDraft device,
            Optional<Etag> etag,
            Optional<Etag> twinEtag,
            DeviceTwins.Change twin,
            Optional<Map<String, Object>> reported) {
        public boolean speaksOfTwin() {
            return twin.tags().isPresent() || twin.desired().isPresent() || reported.isPresent();
        }
    }

    /**
     * The items, not looked at any further, so that each can be refused by itself.
     *
     * @throws Refusal INVALID_ARGUMENT, or TOO_LARGE when there are too many
     */
    public static List<Map<String, Object>> items(byte[] body) {
        List<Map<String, Object>> items = Json.parseObjects(body);
        if (items.isEmpty()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "There are no devices.");
        }
        if (items.size() > MAX_ITEMS) {
            throw new Refusal(Refusal.Reason.TOO_LARGE, "There are more than " + MAX_ITEMS + " devices.");
        }
        return items;
    }

    /** @throws Refusal INVALID_ARGUMENT when the item names no device */
    public static String deviceId(Map<String, Object> item) {
        JsonObject body = new JsonObject(item);
        if (body.filledText("moduleId").isPresent()) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "This version has no modules.");
        }
        return DeviceIdentity.checkId(body.required("id"));
    }

    /** @throws Refusal INVALID_ARGUMENT */
    public static Item parse(Map<String, Object> item) {
        JsonObject body = new JsonObject(item);
        return new Item(
                body.choice("importMode", MODES).orElse(Mode.CREATE_OR_UPDATE),
                HubBodies.parseDevice(item),
                body.filledText("eTag").map(Etag::new),
                body.filledText("twinETag").map(Etag::new),
                TwinBodies.parseChange(item),
                TwinBodies.exportedReported(body));
    }

    /**
     * What an item demands that must be of a version.
     *
     * @throws Refusal INVALID_ARGUMENT when it says none
     */
    public static Precondition same(Optional<Etag> etag) {
        return etag.map(value ->
                        value.value().equals("*") ? new Precondition.Present() : new Precondition.Matches(value))
                .orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The import mode needs an etag."));
    }

    /** @param outcomes of the items, in their order; what is there is an error */
    public static Map<String, Object> print(List<Map<String, Object>> items, List<Optional<Refusal>> outcomes) {
        List<Map<String, Object>> errors = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Object id = items.get(i).get("id");
            outcomes.get(i).ifPresent(refusal -> {
                Map<String, Object> error = new LinkedHashMap<>();
                error.put("deviceId", String.valueOf(id));
                error.put("errorCode", HubBodies.errorName(ErrorCode.of(refusal.reason())));
                error.put("errorStatus", refusal.text());
                errors.add(error);
            });
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("isSuccessful", errors.isEmpty());
        body.put("errors", errors);
        body.put("warnings", List.of());
        return body;
    }
}
