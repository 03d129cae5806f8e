package dev.muster.server.http;

import dev.muster.base.AccessPolicies;
import dev.muster.base.AccessPolicyRegistry;
import dev.muster.base.Explanation;
import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.hub.Devices;
import dev.muster.hub.Hubs;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.HubResourceBodies;
import dev.muster.server.wire.ResourceBodies;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The hubs of this process as resources with shared access policies, whose keys are read and rolled here. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iothub/iot-hub-resource">IoT Hub: the resource</a>
 */
final class HubResourceApi {
    private static final String HUBS = "/IotHubs";
    private static final String HUB = ManagedService.IN_GROUP + HUBS + "/{hub}";

    /** In the paths of those who ask by subscription. */
    private static final String ANY_GROUP = "muster";

    private final ManagedService managed;
    private final Hubs hubs;
    private final AccessPolicyRegistry policies;

    HubResourceApi(ManagedService managed, Hubs hubs, AccessPolicyRegistry policies) {
        this.managed = managed;
        this.hubs = hubs;
        this.policies = policies;
    }

    void addTo(Routes routes) {
        routes.add("GET", HUB, managed.anywhere(this::show));
        routes.add("PUT", HUB, managed.anywhere(this::put));
        routes.add("POST", HUB + "/listkeys", managed.anywhere(this::keys));
        routes.add("POST", HUB + "/IotHubKeys/{key}/listkeys", managed.anywhere(this::key));
        routes.add(
                "GET",
                ManagedService.IN_GROUP + HUBS,
                managed.anywhere(call -> list(call, call.captured("resourceGroup"))));
        routes.add("GET", ManagedService.IN_SUBSCRIPTION + HUBS, managed.anywhere(call -> list(call, ANY_GROUP)));
    }

    private Answer show(Call call) {
        return Answer.json(200, print(hub(call), call, call.captured("resourceGroup")));
    }

    private Answer list(Call call, String group) {
        return Answer.json(
                200,
                Map.of(
                        "value",
                        hubs.all().stream().map(hub -> print(hub, call, group)).toList()));
    }

    private Answer put(Call call) {
        Devices hub = hub(call);
        Precondition precondition = call.ifMatch().orElseGet(Precondition.Always::new);
        List<AccessPolicyRegistry.Draft> wanted = HubResourceBodies.parsePolicies(call.json())
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.INVALID_ARGUMENT,
                        "The request changes nothing that can be changed.",
                        new Explanation(
                                "hub '" + hub.hub() + "'",
                                "the request has no properties.authorizationPolicies, and the rest stands in muster.yaml",
                                "send all policies that there are to be")));
        policies.replaceAll(scope(hub), wanted, precondition);
        return show(call);
    }

    private Answer keys(Call call) {
        return Answer.json(
                200,
                Map.of(
                        "value",
                        policies.list(scope(hub(call))).stream()
                                .map(ResourceBodies::print)
                                .toList()));
    }

    private Answer key(Call call) {
        return Answer.json(200, ResourceBodies.print(policies.find(scope(hub(call)), call.captured("key"))));
    }

    private Devices hub(Call call) {
        String name = call.captured("hub");
        return hubs.all().stream()
                .filter(hub -> hub.hub().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.ENROLLMENT_NOT_FOUND,
                        "There is no hub '" + name + "' here.",
                        new Explanation(
                                "hub '" + name + "'",
                                "the server's own are "
                                        + hubs.all().stream().map(Devices::hub).collect(Collectors.joining(", ")),
                                "name one of these; another server's hubs are managed there")));
    }

    private Map<String, Object> print(Devices hub, Call call, String group) {
        return HubResourceBodies.print(
                "/subscriptions/" + call.captured("subscription") + "/resourceGroups/" + group
                        + "/providers/Microsoft.Devices/IotHubs/" + hub.hub(),
                hub.hub(),
                policies.etag(scope(hub)));
    }

    private static String scope(Devices hub) {
        return AccessPolicies.hub(hub.hub());
    }
}
