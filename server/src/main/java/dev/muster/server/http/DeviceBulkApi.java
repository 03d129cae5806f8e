package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.DeviceBulkBodies;
import dev.muster.server.wire.HubBodies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Several devices of a hub in one request, each of which may fail without the others. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/bulk-registry/update-registry">IoT Hub: bulk
 *     registry</a>
 */
final class DeviceBulkApi {
    private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    private final Hubs hubs;
    private final SharedAccess access;
    private final RandomGenerator random;

    DeviceBulkApi(Hubs hubs, SharedAccess access, RandomGenerator random) {
        this.hubs = hubs;
        this.access = access;
        this.random = random;
    }

    void addTo(Routes routes) {
        routes.add(
                "POST",
                "/devices",
                HubRegistryApi.route(hubs, access, Right.REGISTRY_WRITE, this::write, MAX_BODY_BYTES));
    }

    private Answer write(Devices devices, Call call) {
        List<Map<String, Object>> items = DeviceBulkBodies.items(call.body());
        List<Optional<Refusal>> outcomes = devices.each(
                items.stream().<Runnable>map(item -> () -> write(devices, item)).toList());
        Map<String, Object> body = DeviceBulkBodies.print(items, outcomes);
        boolean failed = outcomes.stream().anyMatch(Optional::isPresent);
        return failed
                ? Answer.json(400, body).with("iothub-errorcode", "BulkRegistryOperationFailure")
                : Answer.json(200, body);
    }

    private void write(Devices devices, Map<String, Object> members) {
        String id = DeviceBulkBodies.deviceId(members);
        DeviceBulkBodies.Item item = DeviceBulkBodies.parse(members);
        // An item is written wholly or not at all, so the twin is judged before the device is written.
        DeviceTwins.check(item.twin(), item.reported());
        Optional<DeviceIdentity> before = devices.find(id);
        switch (item.mode()) {
            case CREATE -> put(devices, id, item, before, new Precondition.Absent());
            case CREATE_OR_UPDATE -> put(devices, id, item, before, new Precondition.Always());
            case CREATE_OR_UPDATE_IF_MATCH_ETAG ->
                put(
                        devices,
                        id,
                        item,
                        before,
                        before.isPresent() ? DeviceBulkBodies.same(item.etag()) : new Precondition.Absent());
            case UPDATE -> put(devices, id, item, existing(id, before), new Precondition.Present());
            case UPDATE_IF_MATCH_ETAG ->
                put(devices, id, item, existing(id, before), DeviceBulkBodies.same(item.etag()));
            case DELETE -> devices.delete(id, new Precondition.Always());
            case DELETE_IF_MATCH_ETAG -> devices.delete(id, DeviceBulkBodies.same(item.etag()));
            case UPDATE_TWIN -> devices.twins().patch(id, item.twin(), new Precondition.Always());
            case UPDATE_TWIN_IF_MATCH_ETAG ->
                devices.twins().patch(id, item.twin(), DeviceBulkBodies.same(item.twinEtag()));
        }
    }

    private void put(
            Devices devices,
            String id,
            DeviceBulkBodies.Item item,
            Optional<DeviceIdentity> before,
            Precondition precondition) {
        HubBodies.DeviceDraft draft = item.device();
        devices.put(
                new Devices.Definition(
                        id,
                        draft.enabled(),
                        draft.statusReason(),
                        draft.authentication().settle(before.map(DeviceIdentity::authentication), random),
                        draft.iotEdge()),
                precondition);
        if (item.speaksOfTwin()) {
            devices.twins().restore(id, item.twin(), item.reported());
        }
    }

    private static Optional<DeviceIdentity> existing(String id, Optional<DeviceIdentity> before) {
        if (before.isEmpty()) {
            throw new Refusal(Refusal.Reason.DEVICE_NOT_FOUND, "Device " + id + " not registered");
        }
        return before;
    }
}
