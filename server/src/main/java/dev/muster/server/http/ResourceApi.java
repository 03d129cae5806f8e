package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.registration.ProvisioningService;
import dev.muster.registration.ProvisioningService.Description;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.ResourceBodies;
import java.util.List;
import java.util.Map;

/**
 * The provisioning service as a resource, with its keys. All is done when it is answered, so there is nothing to wait
 * for. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource">DPS: the resource</a>
 */
final class ResourceApi {
    /** In the paths of those who ask by subscription. */
    private static final String ANY_GROUP = "muster";

    private final ManagedService managed;
    private final ProvisioningService service;

    ResourceApi(ManagedService managed, ProvisioningService service) {
        this.managed = managed;
        this.service = service;
    }

    void addTo(Routes routes) {
        routes.add("GET", ManagedService.RESOURCE, managed.route(this::show));
        routes.add("PUT", ManagedService.RESOURCE, managed.route(this::put));
        routes.add("PATCH", ManagedService.RESOURCE, managed.route(this::patch));
        routes.add("DELETE", ManagedService.RESOURCE, managed.route(this::delete));
        routes.add("POST", ManagedService.RESOURCE + "/listkeys", managed.route(this::keys));
        routes.add("POST", ManagedService.RESOURCE + "/keys/{key}/listkeys", managed.route(this::key));
        routes.add("GET", ManagedService.RESOURCE + "/skus", managed.route(_ -> one(ResourceBodies.sku())));
        routes.add("GET", ManagedService.RESOURCE + "/operationresults/{operation}", managed.route(_ -> done()));
        routes.add("GET", ManagedService.IN_GROUP + "/provisioningServices", managed.anywhere(this::list));
        routes.add("GET", ManagedService.IN_SUBSCRIPTION + "/provisioningServices", managed.anywhere(this::listAll));
        routes.add(
                "POST",
                ManagedService.IN_SUBSCRIPTION + "/checkProvisioningServiceNameAvailability",
                managed.anywhere(this::checkName));
    }

    private Answer show(Call call) {
        return Answer.json(200, print(service.describe(), managed.path(call), call));
    }

    private Answer list(Call call) {
        return one(print(service.describe(), managed.path(call), call));
    }

    private Answer listAll(Call call) {
        return one(print(service.describe(), managed.path(call.captured("subscription"), ANY_GROUP), call));
    }

    private Answer put(Call call) {
        return change(ResourceBodies.parse(call.json()), call);
    }

    private Answer patch(Call call) {
        return change(ResourceBodies.parsePatch(call.json()), call);
    }

    private Answer change(ProvisioningService.Change change, Call call) {
        Description after = service.change(change, call.ifMatch().orElseGet(Precondition.Always::new));
        return Answer.json(200, print(after, managed.path(call), call));
    }

    private Answer delete(Call call) {
        throw ResourceBodies.undeletable(managed.name());
    }

    private Answer keys(Call call) {
        return Answer.json(
                200,
                Map.of(
                        "value",
                        service.describe().policies().stream()
                                .map(ResourceBodies::print)
                                .toList()));
    }

    private Answer key(Call call) {
        return Answer.json(200, ResourceBodies.print(service.policy(call.captured("key"))));
    }

    private Answer checkName(Call call) {
        return Answer.json(200, ResourceBodies.availability(call.json(), managed.name()));
    }

    private static Answer one(Map<String, Object> value) {
        return Answer.json(200, Map.of("value", List.of(value)));
    }

    private static Answer done() {
        return Answer.json(200, Map.of("status", "Succeeded"));
    }

    private Map<String, Object> print(Description description, String path, Call call) {
        return ResourceBodies.print(
                new ResourceBodies.Resource(path, managed.name(), managed.idScope(), call.host()), description);
    }
}
