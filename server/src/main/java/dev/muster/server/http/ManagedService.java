package dev.muster.server.http;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;

/**
 * This server's provisioning service among Azure's resources: whatever the subscription and resource group, it is there
 * under its name, for the administrator alone. Immutable.
 */
record ManagedService(String name, String idScope, Administrator administrator) {
    static final String SUBSCRIPTION = "/subscriptions/{subscription}";
    private static final String PROVIDER = "/providers/Microsoft.Devices";
    static final String IN_SUBSCRIPTION = SUBSCRIPTION + PROVIDER;
    static final String IN_GROUP = SUBSCRIPTION + "/resourceGroups/{resourceGroup}" + PROVIDER;
    static final String RESOURCE = IN_GROUP + "/provisioningServices/{service}";

    private static final int MAX_BODY_BYTES = 64 * 1024;

    /** A route below {@link #RESOURCE}. */
    Routes.Route route(Operation operation) {
        return anywhere(call -> {
            checkName(call);
            return operation.answer(call);
        });
    }

    /** A route that names no service. */
    Routes.Route anywhere(Operation operation) {
        return new Routes.Route(administrator.only(operation), ErrorStyle.MANAGEMENT, MAX_BODY_BYTES);
    }

    /** The path of the service, as the caller spells subscription and group. */
    String path(Call call) {
        return path(call.captured("subscription"), call.captured("resourceGroup"));
    }

    String path(String subscription, String group) {
        return "/subscriptions/" + subscription + "/resourceGroups/" + group
                + "/providers/Microsoft.Devices/provisioningServices/" + name;
    }

    private void checkName(Call call) {
        String asked = call.captured("service");
        if (!asked.equalsIgnoreCase(name)) {
            throw new Refusal(
                    Refusal.Reason.ENROLLMENT_NOT_FOUND,
                    "There is no provisioning service '" + asked + "' here.",
                    new Explanation(
                            "provisioning service '" + asked + "'",
                            "this server has one, which is called '" + name + "'",
                            "use this name, or set provisioning.name in muster.yaml"));
        }
    }
}
