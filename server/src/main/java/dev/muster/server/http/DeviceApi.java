package dev.muster.server.http;

import dev.muster.base.Refusal;
import dev.muster.registration.Registrar;
import dev.muster.registration.RegistrationState;
import dev.muster.server.http.routing.Answer;
import dev.muster.server.http.routing.Call;
import dev.muster.server.http.routing.ErrorStyle;
import dev.muster.server.http.routing.Operation;
import dev.muster.server.http.routing.Routes;
import dev.muster.server.wire.DeviceApiVersion;
import dev.muster.server.wire.DeviceBodies;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What devices ask of the provisioning service: register, poll, look up. Thread-safe.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/device/runtime-registration">DPS: runtime registration</a>
 */
final class DeviceApi {
    private static final String API_VERSION = "api-version";

    private final Registrar registrar;
    private final String retryAfter;
    private final RandomGenerator random;

    /** @param retryAfter whole seconds; Java wants a number from 2 to 5 */
    DeviceApi(Registrar registrar, Duration retryAfter, RandomGenerator random) {
        this.registrar = registrar;
        this.retryAfter = Long.toString(retryAfter.toSeconds());
        this.random = random;
    }

    void addTo(Routes routes) {
        String registration = "/{idScope}/registrations/{registrationId}";
        routes.add("PUT", registration + "/register", route(new Register()));
        routes.add("GET", registration + "/operations/{operationId}", route(new Poll()));
        routes.add("POST", registration, route(this::lookUp));
    }

    private static Routes.Route route(Operation operation) {
        return new Routes.Route(operation, ErrorStyle.PROVISIONING, DeviceBodies.MAX_BODY_BYTES);
    }

    private final class Register implements Operation {
        @Override
        public Answer answer(Call call) {
            return start(call, Runnable::run).join();
        }

        @Override
        public CompletableFuture<Answer> start(Call call, Executor others) {
            Registrar.Request request = registrar.read(
                    new Registrar.Request(
                            call.captured("idScope"),
                            call.captured("registrationId"),
                            call.connection().unread()),
                    () -> checkedRequest(call));
            if (request.contents().tpm().isPresent() && request.peer().token().isEmpty()) {
                return CompletableFuture.supplyAsync(
                        () -> DeviceApi.this.answer(401, DeviceBodies.challenge(registrar.challenge(request))), others);
            }
            // Always 202: C# and IoT Edge take nothing else, even if the work is done.
            return registrar
                    .startToRegister(request, others)
                    .thenApply(operation -> DeviceApi.this
                            .answer(202, DeviceBodies.accepted(operation))
                            .with("Location", "https://" + call.host() + call.url())
                            .with("Retry-After", retryAfter));
        }
    }

    private final class Poll implements Operation {
        @Override
        public Answer answer(Call call) {
            return result(registrar.operation(request(call), call.captured("operationId")), call);
        }

        @Override
        public CompletableFuture<Answer> start(Call call, Executor others) {
            return registrar
                    .recentOperation(request(call), call.captured("operationId"))
                    .map(operation -> CompletableFuture.completedFuture(result(operation, call)))
                    .orElseGet(() -> Operation.super.start(call, others));
        }
    }

    private Answer result(Registrar.Operation operation, Call call) {
        byte[] body = DeviceBodies.result(operation, call.target().parameter(API_VERSION));
        return switch (operation.registration().state()) {
            case RegistrationState.Assigning _, RegistrationState.Unassigned() ->
                answer(202, body).with("Retry-After", retryAfter);
            case RegistrationState.Assigned _, RegistrationState.Failed _, RegistrationState.Disabled _ ->
                answer(200, body);
        };
    }

    private Answer lookUp(Call call) {
        return Answer.json(200, DeviceBodies.registrationState(registrar.lookUp(checkedRequest(call))));
    }

    private Answer answer(int status, byte[] body) {
        return Answer.json(status, body)
                .with("x-ms-request-id", new UUID(random.nextLong(), random.nextLong()).toString());
    }

    /** @throws Refusal INVALID_ARGUMENT for a version of this API that there is not */
    private static Registrar.Request request(Call call) {
        DeviceApiVersion.check(call.target()
                .parameter(API_VERSION)
                .orElseThrow(() -> new Refusal(Refusal.Reason.INVALID_ARGUMENT, "The query lacks api-version.")));
        return new Registrar.Request(call.captured("idScope"), call.captured("registrationId"), call.peer());
    }

    /** As {@link #request} and with what the body says, once that is seen to be of the same device. */
    private static Registrar.Request checkedRequest(Call call) {
        return request(call)
                .saying(DeviceBodies.parseRegister(call.body())
                        .of(call.captured("registrationId"))
                        .contents());
    }
}
