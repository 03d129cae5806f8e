package dev.muster.server.http;

import dev.muster.base.Page;
import dev.muster.base.Precondition;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.enrollment.Enrollment;
import dev.muster.enrollment.EnrollmentRegistry;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.Registration;
import dev.muster.registration.Registrations;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.AttestationBodies;
import dev.muster.server.wire.EnrollmentBodies;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The service API's enrollments, individual ones and groups. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment">DPS: individual
 *     enrollment</a>
 */
final class EnrollmentApi {
    private static final int MAX_BODY_BYTES = 256 * 1024;

    private final EnrollmentRegistry registry;
    private final Registrations registrations;
    private final SharedAccess access;

    EnrollmentApi(EnrollmentRegistry registry, Registrations registrations, SharedAccess access) {
        this.registry = registry;
        this.registrations = registrations;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/enrollments/{id}", reading(this::individual));
        routes.add("PUT", "/enrollments/{id}", writing(this::putIndividual));
        routes.add("DELETE", "/enrollments/{id}", writing(this::deleteIndividual));
        routes.add("POST", "/enrollments/query", reading(this::individuals));
        routes.add("POST", "/enrollments/{id}/attestationmechanism", reading(this::individualMechanism));
        routes.add("GET", "/enrollmentGroups/{id}", reading(this::group));
        routes.add("PUT", "/enrollmentGroups/{id}", writing(this::putGroup));
        routes.add("DELETE", "/enrollmentGroups/{id}", writing(this::deleteGroup));
        routes.add("POST", "/enrollmentGroups/query", reading(this::groups));
        routes.add("POST", "/enrollmentGroups/{id}/attestationmechanism", reading(this::groupMechanism));
    }

    private Routes.Route reading(Operation operation) {
        return route(Right.ENROLLMENT_READ, operation);
    }

    private Routes.Route writing(Operation operation) {
        return route(Right.ENROLLMENT_WRITE, operation);
    }

    private Routes.Route route(Right right, Operation operation) {
        return new Routes.Route(access.provisioning(right, operation), ErrorStyle.PROVISIONING, MAX_BODY_BYTES);
    }

    private Answer individual(Call call) {
        RegistrationId id = registrationId(call);
        return Answer.json(200, EnrollmentBodies.print(registry.individual(id), registrations.find(id)));
    }

    private Answer putIndividual(Call call) {
        EnrollmentRegistry.IndividualDraft draft = EnrollmentBodies.parseIndividual(call.captured("id"), call.json());
        Enrollment.Individual written = registry.put(draft, put(call));
        return Answer.json(200, EnrollmentBodies.printWritten(written, registrations.find(written.registrationId())));
    }

    private Answer deleteIndividual(Call call) {
        registry.deleteIndividual(registrationId(call), delete(call));
        return Answer.empty(204);
    }

    private Answer individuals(Call call) {
        return Queries.answer(
                call,
                new Queries.Collection<>(
                        "enrollments",
                        "Enrollment",
                        "Unknown",
                        request -> described(registry.individuals(request)),
                        Queries.byId(
                                "registrationId",
                                id -> RegistrationId.of(id)
                                        .flatMap(registry::findIndividual)
                                        .map(this::described)),
                        found -> EnrollmentBodies.print(found.enrollment, found.registration)));
    }

    /** An enrollment with the registration of its device. */
    private record Described(Enrollment.Individual enrollment, Optional<Registration> registration) {}

    private Described described(Enrollment.Individual enrollment) {
        return new Described(enrollment, registrations.find(enrollment.registrationId()));
    }

    private Page<Described> described(Page<Enrollment.Individual> page) {
        Map<RegistrationId, Registration> known =
                registrations
                        .all(page.items().stream()
                                .map(Enrollment.Individual::registrationId)
                                .toList())
                        .stream()
                        .collect(Collectors.toMap(Registration::id, Function.identity()));
        return new Page<>(
                page.items().stream()
                        .map(enrollment ->
                                new Described(enrollment, Optional.ofNullable(known.get(enrollment.registrationId()))))
                        .toList(),
                page.next());
    }

    private Answer individualMechanism(Call call) {
        return Answer.json(
                200,
                AttestationBodies.printWithKeys(
                        registry.individual(registrationId(call)).attestation()));
    }

    private Answer group(Call call) {
        return Answer.json(200, EnrollmentBodies.print(registry.group(call.captured("id"))));
    }

    private Answer putGroup(Call call) {
        EnrollmentRegistry.GroupDraft draft = EnrollmentBodies.parseGroup(call.captured("id"), call.json());
        return Answer.json(200, EnrollmentBodies.printWritten(registry.put(draft, put(call))));
    }

    private Answer deleteGroup(Call call) {
        registry.deleteGroup(call.captured("id"), delete(call));
        return Answer.empty(204);
    }

    private Answer groups(Call call) {
        return Queries.answer(
                call,
                new Queries.Collection<>(
                        "enrollmentGroups",
                        "EnrollmentGroup",
                        "Unknown",
                        registry::groups,
                        Queries.byId("enrollmentGroupId", registry::findGroup),
                        EnrollmentBodies::print));
    }

    private Answer groupMechanism(Call call) {
        return Answer.json(
                200,
                AttestationBodies.printWithKeys(
                        registry.group(call.captured("id")).attestation()));
    }

    private static RegistrationId registrationId(Call call) {
        return new RegistrationId(call.captured("id"));
    }

    /** A PUT without {@code If-Match} creates. */
    private static Precondition put(Call call) {
        return call.ifMatch().orElseGet(Precondition.Absent::new);
    }

    /** A DELETE without {@code If-Match} deletes whatever is there. */
    private static Precondition delete(Call call) {
        return call.ifMatch().orElseGet(Precondition.Always::new);
    }
}
