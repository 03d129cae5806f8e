package dev.muster.server.http;

import dev.muster.base.Explanation;
import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.hub.DeviceIdentity;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.HubBodies;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The identity registries of the hubs, which the host name tells apart. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/service/devices">IoT Hub: devices</a>
 */
final class HubRegistryApi {
    private static final int MAX_BODY_BYTES = 64 * 1024;
    private static final int MAX_DEVICES = 1000;

    private final Hubs hubs;
    private final SharedAccess access;
    private final RandomGenerator random;

    HubRegistryApi(Hubs hubs, SharedAccess access, RandomGenerator random) {
        this.hubs = hubs;
        this.access = access;
        this.random = random;
    }

    /** As {@link Operation}, in the hub that was called. */
    @FunctionalInterface
    interface HubOperation {
        Answer answer(Devices devices, Call call);
    }

    void addTo(Routes routes) {
        routes.add("GET", "/devices", route(Right.REGISTRY_READ, this::list));
        routes.add("GET", "/devices/{deviceId}", route(Right.REGISTRY_READ, this::device));
        routes.add("PUT", "/devices/{deviceId}", route(Right.REGISTRY_WRITE, this::put));
        routes.add("DELETE", "/devices/{deviceId}", route(Right.REGISTRY_WRITE, this::delete));
        routes.add("GET", "/statistics/devices", route(Right.REGISTRY_READ, HubRegistryApi::deviceStatistics));
        routes.add("GET", "/statistics/service", route(Right.REGISTRY_READ, HubRegistryApi::serviceStatistics));
    }

    private Routes.Route route(Right right, HubOperation operation) {
        return route(hubs, access, right, operation, MAX_BODY_BYTES);
    }

    /** The operation, for those who have the right in the hub that they call. */
    static Routes.Route route(Hubs hubs, SharedAccess access, Right right, HubOperation operation, int maxBodyBytes) {
        return new Routes.Route(
                call -> {
                    Devices devices = called(hubs, call);
                    access.demand(right, "hub/" + devices.hub(), call);
                    return operation.answer(devices, call);
                },
                ErrorStyle.HUB,
                maxBodyBytes);
    }

    /** @throws Refusal UNAUTHORIZED when the host name is that of no hub */
    static Devices called(Hubs hubs, Call call) {
        return hubs.named(call.host())
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.UNAUTHORIZED,
                        "Unauthorized",
                        new Explanation(
                                "host '" + call.host() + "'",
                                "no hub of this server is called so",
                                "name the hub in the connection string, or give a hub this alias")));
    }

    private Answer list(Devices devices, Call call) {
        int top = (int) call.number("top", MAX_DEVICES, 1, MAX_DEVICES);
        Page<DeviceIdentity> page = devices.page(new Page.Request(Queries.continuation(call), top));
        return Queries.withContinuation(
                Answer.json(
                        200,
                        page.items().stream()
                                .map(device -> print(devices, device))
                                .toList()),
                page);
    }

    private static Answer deviceStatistics(Devices devices, Call call) {
        return Answer.json(200, HubBodies.statistics(devices.count()));
    }

    private static Answer serviceStatistics(Devices devices, Call call) {
        return Answer.json(200, HubBodies.serviceStatistics(devices.connected()));
    }

    private Answer device(Devices devices, Call call) {
        String id = call.captured("deviceId");
        return devices.find(id)
                .map(device -> answer(devices, device))
                .orElseThrow(() -> new Refusal(Refusal.Reason.DEVICE_NOT_FOUND, "Device " + id + " not registered"));
    }

    private Answer put(Devices devices, Call call) {
        String id = call.captured("deviceId");
        HubBodies.DeviceDraft draft = HubBodies.parseDevice(call.json());
        Optional<DeviceIdentity> before = devices.find(id);
        Devices.Definition definition = new Devices.Definition(
                id,
                draft.enabled(),
                draft.statusReason(),
                draft.authentication().settle(before.map(DeviceIdentity::authentication), random),
                draft.iotEdge());
        return answer(devices, devices.put(definition, call.ifMatch().orElseGet(Precondition.Absent::new)));
    }

    private Answer delete(Devices devices, Call call) {
        devices.delete(call.captured("deviceId"), call.ifMatch().orElseGet(Precondition.Always::new));
        return Answer.empty(204);
    }

    private static Answer answer(Devices devices, DeviceIdentity device) {
        return Answer.json(200, print(devices, device))
                .with("ETag", '"' + device.etag().value() + '"');
    }

    private static Map<String, Object> print(Devices devices, DeviceIdentity device) {
        return HubBodies.print(device, devices.isConnected(device.deviceId()));
    }
}
