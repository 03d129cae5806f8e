package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.hub.Twin;
import dev.muster.query.KeyIndex;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.TwinBodies;
import java.util.function.UnaryOperator;

/**
 * The device twins of the hubs, which the host name tells apart. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices/get-twin">IoT Hub: twins</a>
 */
final class TwinApi {
    /** Tags, desired and reported properties with their metadata, as a client sends them back. */
    private static final int MAX_BODY_BYTES = 512 * 1024;

    private final Hubs hubs;
    private final SharedAccess access;

    TwinApi(Hubs hubs, SharedAccess access) {
        this.hubs = hubs;
        this.access = access;
    }

    /** Writes a change into the twin of a device. */
    @FunctionalInterface
    private interface Writing {
        Twin write(DeviceTwins twins, String deviceId, DeviceTwins.Change change, Precondition precondition);
    }

    void addTo(Routes routes) {
        routes.add("GET", "/twins/{deviceId}", route(this::get));
        routes.add("PATCH", "/twins/{deviceId}", route((devices, call) -> write(devices, call, DeviceTwins::patch)));
        routes.add("PUT", "/twins/{deviceId}", route((devices, call) -> write(devices, call, DeviceTwins::replace)));
        routes.add("POST", "/devices/query", route(TwinApi::query));
    }

    private Routes.Route route(HubRegistryApi.HubOperation operation) {
        return HubRegistryApi.route(hubs, access, Right.SERVICE_CONNECT, operation, MAX_BODY_BYTES);
    }

    private static Answer query(Devices devices, Call call) {
        return Queries.answer(
                call,
                new Queries.Collection<>(
                        "devices",
                        "Twin",
                        "raw",
                        devices.twins()::page,
                        new KeyIndex<>("deviceId", UnaryOperator.identity(), devices.twins()::find),
                        found -> TwinBodies.print(
                                found.device(),
                                found.twin(),
                                devices.isConnected(found.device().deviceId()))));
    }

    private Answer get(Devices devices, Call call) {
        String id = call.captured("deviceId");
        return answer(devices, id, devices.twins().get(id));
    }

    private static Answer write(Devices devices, Call call, Writing writing) {
        String id = call.captured("deviceId");
        DeviceTwins.Change change = TwinBodies.parseChange(call.json());
        Precondition precondition = call.ifMatch().orElseGet(Precondition.Always::new);
        return answer(devices, id, writing.write(devices.twins(), id, change, precondition));
    }

    private static Answer answer(Devices devices, String deviceId, Twin twin) {
        return devices.find(deviceId)
                .map(device -> Answer.json(200, TwinBodies.print(device, twin, devices.isConnected(deviceId)))
                        .with("ETag", '"' + twin.etag().value() + '"'))
                .orElseThrow(
                        () -> new Refusal(Refusal.Reason.DEVICE_NOT_FOUND, "Device " + deviceId + " not registered"));
    }
}
