package dev.muster.server.amqp;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrar.Operation;
import dev.muster.registration.RegistrationState;
import dev.muster.server.wire.DeviceApiVersion;
import dev.muster.server.wire.DeviceBodies;
import dev.muster.server.wire.ErrorCode;
import dev.muster.server.wire.LogText;
import dev.muster.tpm.TpmKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The provisioning service for one device on one connection. Blocks; for one thread at a time. */
final class ProvisioningDevice {
    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningDevice.class);

    /**
     * The Java SDK starts to wait for an answer some time after it has asked, and misses one that comes before: the
     * delay lets it get there.
     */
    private static final Duration DELAY = Duration.ofMillis(125);

    private final DeviceAddress address;
    private final Login login;
    private final Optional<String> apiVersion;
    private final Caller caller;
    private final AmqpFrontEnd.Services services;
    private Registrar.@Nullable Request request;

    /** @param apiVersion as the link has it, where it does */
    ProvisioningDevice(
            DeviceAddress address,
            Login login,
            Optional<String> apiVersion,
            Caller caller,
            AmqpFrontEnd.Services services) {
        this.address = address;
        this.login = login;
        this.apiVersion = apiVersion;
        this.caller = caller;
        this.services = services;
    }

    /** @param late whether the client would miss an answer that comes at once */
    Outcome answer(ProvisioningRequest asked, boolean late) {
        Outcome outcome = answer(asked);
        if (late) {
            delay();
        }
        return outcome;
    }

    /** As {@link TpmChallenges} says. */
    byte[] challenge(Supplier<TpmKeys> keys) {
        return services.registrar()
                .challenge(read(
                        () -> request().saying(new Registrar.Contents(Optional.empty(), Optional.of(keys.get())))));
    }

    private Outcome answer(ProvisioningRequest asked) {
        try {
            return switch (asked) {
                case ProvisioningRequest.Register(byte[] body) -> register(body);
                case ProvisioningRequest.Result(String operationId) -> result(operationId);
                case ProvisioningRequest.Unknown(String rule) ->
                    throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, rule);
            };
        } catch (Refusal refusal) {
            return refused(refusal);
        } catch (RuntimeException e) {
            String trackingId = UUID.randomUUID().toString();
            LOG.error("Cannot answer '{}', tracking id {}", LogText.of(address.registrationId()), trackingId, e);
            return new Outcome.Refused(
                    ErrorCode.INTERNAL,
                    DeviceBodies.error(
                            ErrorCode.INTERNAL,
                            "Internal error.",
                            trackingId,
                            services.clock().instant()),
                    Optional.of(services.retryAfter()));
        }
    }

    private Outcome register(byte[] body) {
        login.refused().ifPresent(refusal -> {
            throw refusal;
        });
        Registrar.Request read = read(() -> {
            apiVersion.ifPresent(DeviceApiVersion::check);
            Registrar.Contents contents = DeviceBodies.parseRegister(body)
                    .of(address.registrationId())
                    .contents();
            // A TPM that was challenged in SASL needs no mention in the body, where only the Node SDK has it.
            return request()
                    .saying(new Registrar.Contents(
                            contents.payload(), login.tpm().or(contents::tpm)));
        });
        Operation operation = services.registrar().register(read);
        caller.proved().run();
        return new Outcome.Answered(DeviceBodies.accepted(operation), Optional.of(services.retryAfter()));
    }

    private Outcome result(String operationId) {
        Operation operation = services.registrar().operation(request(), operationId);
        return switch (operation.registration().state()) {
            case RegistrationState.Unassigned(), RegistrationState.Assigning _ ->
                new Outcome.Answered(DeviceBodies.result(operation), Optional.of(services.retryAfter()));
            case RegistrationState.Assigned _, RegistrationState.Failed _, RegistrationState.Disabled _ ->
                new Outcome.Answered(DeviceBodies.result(operation), Optional.empty());
        };
    }

    private Outcome refused(Refusal refusal) {
        LOG.info(
                "Refused '{}' from {}, tracking id {}: {}",
                LogText.of(address.registrationId()),
                caller.address(),
                refusal.trackingId(),
                LogText.of(refusal));
        ErrorCode code = ErrorCode.of(refusal.reason());
        return new Outcome.Refused(
                code,
                DeviceBodies.error(refusal, services.clock().instant()),
                code == ErrorCode.THROTTLED ? Optional.of(services.retryAfter()) : Optional.empty());
    }

    private Registrar.Request read(Supplier<Registrar.Request> reading) {
        return services.registrar()
                .read(new Registrar.Request(address.idScope(), address.registrationId(), caller.unread()), reading);
    }

    /** Parses the certificates once, however often the device asks. */
    private Registrar.Request request() {
        Registrar.Request known = request;
        if (known == null) {
            known = new Registrar.Request(
                    address.idScope(),
                    address.registrationId(),
                    caller.peer(login.token().map(SasToken::parse)));
            request = known;
        }
        return known;
    }

    private static void delay() {
        try {
            Thread.sleep(DELAY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
