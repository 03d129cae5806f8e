package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.RegistrationId;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.BulkBodies;
import dev.muster.server.wire.EnrollmentBodies;

/**
 * Several enrollments in one request, each of which may fail without the others. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/run-bulk-operation">DPS:
 *     bulk operation</a>
 */
final class EnrollmentBulkApi {
    private static final int MAX_BODY_BYTES = 1024 * 1024;

    private final EnrollmentRegistry registry;
    private final SharedAccess access;

    EnrollmentBulkApi(EnrollmentRegistry registry, SharedAccess access) {
        this.registry = registry;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("POST", "/enrollments", route("enrollments", "registrationId", this::writeIndividual));
        routes.add("POST", "/enrollmentGroups", route("enrollmentGroups", "enrollmentGroupId", this::writeGroup));
    }

    /** Does to one item what is to be done to all. */
    @FunctionalInterface
    private interface Writing {
        void write(BulkBodies.Mode mode, BulkBodies.Item item);
    }

    private Routes.Route route(String listMember, String idMember, Writing writing) {
        Operation operation = call -> {
            BulkBodies.Operation bulk = BulkBodies.parse(call.json(), listMember, idMember);
            return Answer.json(
                    200,
                    BulkBodies.print(
                            bulk,
                            registry.each(bulk.items().stream()
                                    .<Runnable>map(item -> () -> writing.write(bulk.mode(), item))
                                    .toList())));
        };
        return new Routes.Route(
                access.provisioning(Right.ENROLLMENT_WRITE, operation), ErrorStyle.PROVISIONING, MAX_BODY_BYTES);
    }

    private void writeIndividual(BulkBodies.Mode mode, BulkBodies.Item item) {
        RegistrationId id = new RegistrationId(item.id());
        switch (mode) {
            case CREATE -> putIndividual(item, new Precondition.Absent());
            case UPDATE -> {
                registry.individual(id);
                putIndividual(item, new Precondition.Present());
            }
            case UPDATE_IF_MATCH_ETAG -> {
                registry.individual(id);
                putIndividual(item, item.sameVersion());
            }
            case DELETE -> registry.deleteIndividual(id, new Precondition.Always());
        }
    }

    private void putIndividual(BulkBodies.Item item, Precondition precondition) {
        registry.put(EnrollmentBodies.parseIndividual(item.id(), item.members()), precondition);
    }

    private void writeGroup(BulkBodies.Mode mode, BulkBodies.Item item) {
        switch (mode) {
            case CREATE -> putGroup(item, new Precondition.Absent());
            case UPDATE -> {
                registry.group(item.id());
                putGroup(item, new Precondition.Present());
            }
            case UPDATE_IF_MATCH_ETAG -> {
                registry.group(item.id());
                putGroup(item, item.sameVersion());
            }
            case DELETE -> registry.deleteGroup(item.id(), new Precondition.Always());
        }
    }

    private void putGroup(BulkBodies.Item item, Precondition precondition) {
        registry.put(EnrollmentBodies.parseGroup(item.id(), item.members()), precondition);
    }
}
