package dev.muster.server.http;

import dev.muster.base.Precondition;
import dev.muster.base.Refusal;
import dev.muster.base.SharedAccessPolicy.Right;
import dev.muster.enrollment.RegistrationId;
import dev.muster.registration.Registrations;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.EnrollmentBodies;

/**
 * The service API's view of registrations. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/service/device-registration-state">DPS: device
 *     registration state</a>
 */
final class RegistrationApi {
    private static final int MAX_BODY_BYTES = 16 * 1024;

    private final Registrations registrations;
    private final SharedAccess access;

    RegistrationApi(Registrations registrations, SharedAccess access) {
        this.registrations = registrations;
        this.access = access;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/registrations/{id}", route(Right.REGISTRATION_STATUS_READ, this::registration));
        routes.add("DELETE", "/registrations/{id}", route(Right.REGISTRATION_STATUS_WRITE, this::delete));
        routes.add("POST", "/registrations/{id}/query", route(Right.REGISTRATION_STATUS_READ, this::ofGroup));
    }

    private Routes.Route route(Right right, Operation operation) {
        return new Routes.Route(access.provisioning(right, operation), ErrorStyle.PROVISIONING, MAX_BODY_BYTES);
    }

    private Answer registration(Call call) {
        return registrations
                .find(new RegistrationId(call.captured("id")))
                .map(registration -> Answer.json(200, EnrollmentBodies.registrationState(registration)))
                .orElseThrow(() -> new Refusal(Refusal.Reason.REGISTRATION_NOT_FOUND, "Registration not found."));
    }

    private Answer delete(Call call) {
        registrations.delete(
                new RegistrationId(call.captured("id")),
                call.ifMatch().map(EnrollmentBodies::registrationVersion).orElseGet(Precondition.Always::new));
        return Answer.empty(204);
    }

    private Answer ofGroup(Call call) {
        String group = call.captured("id");
        return Queries.answer(
                call,
                new Queries.Collection<>(
                        "deviceRegistrations",
                        "DeviceRegistration",
                        "Unknown",
                        request -> registrations.ofGroup(group, request),
                        Queries.byId(
                                "registrationId",
                                id -> RegistrationId.of(id)
                                        .flatMap(registrations::find)
                                        .filter(found -> found.groupId()
                                                .filter(group::equalsIgnoreCase)
                                                .isPresent())),
                        EnrollmentBodies::registrationState));
    }
}
