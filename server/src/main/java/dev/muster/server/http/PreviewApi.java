package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.enrollment.PreviewRegistry;
import dev.muster.enrollment.PreviewResource.Kind;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.PreviewBodies;

/**
 * What the preview 2021-11-01 of the service API has beside enrollments. Thread-safe.
 *
 * @see <a
 *     href="https://github.com/Azure/azure-rest-api-specs/tree/main/specification/deviceprovisioningservices/data-plane">DPS:
 *     service API, previews</a>
 */
final class PreviewApi {
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final PreviewRegistry registry;
    private final SharedAccess access;

    PreviewApi(PreviewRegistry registry, SharedAccess access) {
        this.registry = registry;
        this.access = access;
    }

    void addTo(Routes routes) {
        add(routes, "trustBundles", "TrustBundle", Kind.TRUST_BUNDLE);
        add(routes, "certificateAuthorities", "CertificateAuthority", Kind.CERTIFICATE_AUTHORITY);
    }

    private void add(Routes routes, String name, String itemType, Kind kind) {
        String one = "/" + name + "/{id}";
        routes.add("GET", one, route(Right.ENROLLMENT_READ, call -> get(kind, call)));
        routes.add("PUT", one, route(Right.ENROLLMENT_WRITE, call -> put(kind, call)));
        routes.add("DELETE", one, route(Right.ENROLLMENT_WRITE, call -> delete(kind, call)));
        routes.add(
                "POST", "/" + name + "/query", route(Right.ENROLLMENT_READ, call -> query(name, itemType, kind, call)));
    }

    private Routes.Route route(Right right, Operation operation) {
        return new Routes.Route(access.provisioning(right, operation), ErrorStyle.PROVISIONING, MAX_BODY_BYTES);
    }

    private Answer get(Kind kind, Call call) {
        return Answer.json(200, PreviewBodies.print(registry.get(kind, call.captured("id")), true));
    }

    private Answer put(Kind kind, Call call) {
        PreviewRegistry.Draft draft = PreviewBodies.parse(kind, call.captured("id"), call.json());
        Precondition precondition = call.ifMatch().orElseGet(Precondition.Absent::new);
        return Answer.json(200, PreviewBodies.print(registry.put(draft, precondition), true));
    }

    private Answer delete(Kind kind, Call call) {
        Precondition precondition = call.ifMatch()
                .orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The header If-Match is required."));
        registry.delete(kind, call.captured("id"), precondition);
        return Answer.empty(204);
    }

    private Answer query(String name, String itemType, Kind kind, Call call) {
        boolean withCertificates = call.target()
                .parameter("withcertificatedata")
                .map(Boolean::parseBoolean)
                .orElse(false);
        return Queries.answer(
                call,
                new Queries.Collection<>(
                        name,
                        itemType,
                        "Unknown",
                        request -> registry.page(kind, request),
                        Queries.byId("id", id -> registry.find(kind, id)),
                        resource -> PreviewBodies.print(resource, withCertificates)));
    }
}
