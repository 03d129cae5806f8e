package dev.muster.server.provisioning;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrar.Operation;
import dev.muster.registration.RegistrationState;
import dev.muster.server.tls.Caller;
import dev.muster.server.wire.DeviceApiVersion;
import dev.muster.server.wire.DeviceBodies;
import dev.muster.server.wire.ErrorCode;
import dev.muster.server.wire.LogText;
import dev.muster.tpm.TpmKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provisioning service for one device on one connection. A device is not judged before it registers, since what
 * opens a connection has no room for a reason. Blocks; for one thread at a time.
 */
public final class ProvisioningSession {
    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningSession.class);

    /**
     * The Java SDK starts to wait for an answer some time after it has asked, and misses one that comes before: the
     * delay lets it get there.
     */
    private static final Duration DELAY = Duration.ofMillis(125);

    private final Device device;
    private final Caller caller;
    private final Services services;
    private Registrar.@Nullable Request request;

    /**
     * What stands behind every session.
     *
     * @param retryAfter what a registering device is told to wait; sent in whole seconds
     */
    public record Services(Registrar registrar, Duration retryAfter, InstantSource clock) {}

    /**
     * A device as its connection introduces it.
     *
     * @param apiVersion where the connection has one
     * @param token as it was sent: it is read when the device registers, which leaves a record of what is wrong with it
     * @param tpm the keys of its TPM, if the connection has them already
     * @param missesFastAnswers whether it would miss an answer that comes at once, as the Java SDK does
     */
    public record Device(
            String idScope,
            String registrationId,
            Optional<String> apiVersion,
            Optional<String> token,
            Optional<TpmKeys> tpm,
            boolean missesFastAnswers) {
        /** Without the token, which is a secret. */
        @Override
        public String toString() {
            return "Device[" + idScope + ", " + registrationId + "]";
        }
    }

    public ProvisioningSession(Device device, Caller caller, Services services) {
        this.device = device;
        this.caller = caller;
        this.services = services;
    }

    /** @param body JSON, or nothing */
    public Answer register(byte[] body) {
        return answer(() -> registered(body));
    }

    /** The result of a registration. */
    public Answer result(String operationId) {
        return answer(() -> found(operationId));
    }

    /** Leaves a record of a device that is refused before it can ask for anything. Does not block. */
    public void turnAway(Refusal refusal) {
        refused(services.registrar().recorded(unread(), refusal));
    }

    /** Answers what was found wrong, and is on record, before it came to registering. */
    public Answer refuse(Refusal refusal) {
        return answer(() -> {
            throw refusal;
        });
    }

    /**
     * A key for the device, wrapped so that only its TPM can use it.
     *
     * @param keys reads what the device sent; throws a refusal when that is no TPM's
     * @throws Refusal as {@link Registrar#challenge}, or that of the reading
     */
    public byte[] challenge(Supplier<TpmKeys> keys) {
        return services.registrar().challenge(read(() -> request().saying(Registrar.Contents.of(keys.get()))));
    }

    private Answer answer(Supplier<Answer> work) {
        Answer answer = attempt(work);
        if (device.missesFastAnswers()) {
            delay();
        }
        return answer;
    }

    private Answer attempt(Supplier<Answer> work) {
        try {
            return work.get();
        } catch (Refusal refusal) {
            return refused(refusal);
        } catch (RuntimeException e) {
            String trackingId = UUID.randomUUID().toString();
            LOG.error("Cannot answer '{}', tracking id {}", LogText.of(device.registrationId()), trackingId, e);
            return new Answer.Refused(
                    ErrorCode.INTERNAL,
                    DeviceBodies.error(
                            ErrorCode.INTERNAL,
                            "Internal error.",
                            trackingId,
                            services.clock().instant()),
                    Optional.of(services.retryAfter()));
        }
    }

    private Answer registered(byte[] body) {
        Registrar.Request read = read(() -> {
            device.apiVersion().ifPresent(DeviceApiVersion::check);
            Registrar.Request known = request();
            Registrar.Contents contents =
                    DeviceBodies.parseRegister(body).of(device.registrationId()).contents();
            // A TPM that the connection knows needs no mention in the body, where only the Node SDK has it.
            return known.saying(device.tpm().map(contents::with).orElse(contents));
        });
        Operation operation = services.registrar().register(read);
        caller.proved().run();
        return new Answer.Granted(202, DeviceBodies.accepted(operation), Optional.of(services.retryAfter()));
    }

    private Answer found(String operationId) {
        Operation operation = services.registrar().operation(request(), operationId);
        byte[] body = DeviceBodies.result(operation, device.apiVersion());
        return switch (operation.registration().state()) {
            case RegistrationState.Unassigned(), RegistrationState.Assigning _ ->
                new Answer.Granted(202, body, Optional.of(services.retryAfter()));
            case RegistrationState.Assigned _, RegistrationState.Failed _, RegistrationState.Disabled _ ->
                new Answer.Granted(200, body, Optional.empty());
        };
    }

    private Answer refused(Refusal refusal) {
        LOG.info(
                "Refused '{}' from {}, tracking id {}: {}",
                LogText.of(device.registrationId()),
                caller.address(),
                refusal.trackingId(),
                LogText.of(refusal));
        ErrorCode code = ErrorCode.of(refusal.reason());
        return new Answer.Refused(
                code,
                DeviceBodies.error(refusal, services.clock().instant()),
                code == ErrorCode.THROTTLED ? Optional.of(services.retryAfter()) : Optional.empty());
    }

    private Registrar.Request read(Supplier<Registrar.Request> reading) {
        return services.registrar().read(unread(), reading);
    }

    /** Who asks, without what it brought. */
    private Registrar.Request unread() {
        return new Registrar.Request(device.idScope(), device.registrationId(), caller.unread());
    }

    /** Parses the certificates once, however often the device asks. */
    private Registrar.Request request() {
        Registrar.Request known = request;
        if (known == null) {
            known = new Registrar.Request(
                    device.idScope(),
                    device.registrationId(),
                    caller.peer(device.token().map(SasToken::parse)));
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
