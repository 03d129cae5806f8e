package dev.muster.server.http;

import dev.muster.base.AccessControl;
import dev.muster.base.AccessPolicies;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.Operation;

/** Lets calls through that carry a shared access signature with the right for them. Thread-safe. */
final class SharedAccess {
    private final AccessControl access;

    SharedAccess(AccessControl access) {
        this.access = access;
    }

    /** The operation, for those who have the right in the provisioning service. */
    Operation provisioning(Right right, Operation operation) {
        return call -> {
            demand(right, AccessPolicies.PROVISIONING, call);
            return operation.answer(call);
        };
    }

    /** @throws dev.muster.base.Refusal UNAUTHORIZED */
    void demand(Right right, String scope, Call call) {
        String path = String.join("/", call.target().segments());
        access.demand(right, scope, call.host() + "/" + path, call.token());
    }
}
