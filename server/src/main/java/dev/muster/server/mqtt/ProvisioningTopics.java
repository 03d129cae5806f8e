package dev.muster.server.mqtt;

import dev.muster.base.Refusal;
import dev.muster.base.SasToken;
import dev.muster.registration.Registrar;
import dev.muster.registration.Registrar.Operation;
import dev.muster.registration.RegistrationState;
import dev.muster.server.wire.DeviceApiVersion;
import dev.muster.server.wire.DeviceBodies;
import dev.muster.server.wire.ErrorCode;
import dev.muster.server.wire.LogText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provisioning service on one device's connection. A device is not judged before it registers, since a refused
 * CONNECT would keep the reason from it. Called as {@link Topics} says.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
final class ProvisioningTopics implements Topics {
    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningTopics.class);
    private static final String ANSWERS = "$dps/registrations/res/";
    private static final int NOT_SUBSCRIBED = -1;

    /**
     * The Java SDK starts to wait for an answer some time after it has asked, and misses one that comes before: the
     * delay lets it get there.
     */
    private static final Duration DELAY = Duration.ofMillis(125);

    private final UserName.Provisioning name;
    private final Optional<String> token;
    private final Caller caller;
    private final MqttFrontEnd.Services services;
    private int granted = NOT_SUBSCRIBED;
    private Registrar.@Nullable Request request;

    /**
     * @param token as it was sent: it is read when the device registers, which leaves a record of what is wrong with it
     */
    ProvisioningTopics(
            UserName.Provisioning name, Optional<String> token, Caller caller, MqttFrontEnd.Services services) {
        this.name = name;
        this.token = token;
        this.caller = caller;
        this.services = services;
    }

    @Override
    public int subscribe(Packet.Subscription wanted) {
        if (!wanted.filter().equals(ANSWERS + "#")) {
            return REFUSED;
        }
        granted = Math.min(wanted.qualityOfService(), 1);
        return granted;
    }

    @Override
    public void unsubscribe(String filter) {
        if (filter.equals(ANSWERS + "#")) {
            granted = NOT_SUBSCRIBED;
        }
    }

    @Override
    public Outcome publish(List<Packet.Publish> batch) {
        List<Reply> replies = new ArrayList<>();
        for (Packet.Publish publish : batch) {
            if (publish.payload().length > DeviceBodies.MAX_BODY_BYTES) {
                return new Outcome(replies, Optional.of("PUBLISH of " + publish.payload().length + " bytes"));
            }
            Optional<ProvisioningRequest> asked = ProvisioningRequest.parse(publish.topic());
            if (asked.isEmpty()) {
                return new Outcome(replies, Optional.of("PUBLISH to " + publish.topic()));
            }
            Answer answer = answer(asked.get(), publish.payload());
            // The C# SDK gives up when the answer comes before the PUBACK.
            if (publish.qualityOfService() > 0) {
                replies.add(new Reply.Acknowledgement(publish.packetId()));
            }
            if (granted != NOT_SUBSCRIBED) {
                replies.add(new Reply.Message(answer.topic(asked.get().requestId()), answer.body(), granted));
            }
        }
        if (missesFastAnswers()) {
            delay();
        }
        return new Outcome(replies, Optional.empty());
    }

    @Override
    public void end(boolean graceful) {}

    /** @param retryAfter empty where the client is not to ask again */
    private record Answer(int status, byte[] body, Optional<Duration> retryAfter) {
        /** Clients parse it by position: the request id first, then when to retry, nothing else. */
        String topic(String requestId) {
            return ANSWERS + status + "/?$rid=" + requestId
                    + retryAfter
                            .map(duration -> "&retry-after=" + duration.toSeconds())
                            .orElse("");
        }
    }

    private Answer answer(ProvisioningRequest asked, byte[] body) {
        try {
            return switch (asked) {
                case ProvisioningRequest.Register _ -> register(body);
                // The C SDK repeats its registration in the body here, Node and Python send a space.
                case ProvisioningRequest.Result(String _, String operationId) -> result(operationId);
            };
        } catch (Refusal refusal) {
            return refused(refusal);
        } catch (RuntimeException e) {
            String trackingId = UUID.randomUUID().toString();
            LOG.error("Cannot answer '{}', tracking id {}", LogText.of(name.registrationId()), trackingId, e);
            return new Answer(
                    ErrorCode.INTERNAL.httpStatus(),
                    DeviceBodies.error(
                            ErrorCode.INTERNAL,
                            "Internal error.",
                            trackingId,
                            services.clock().instant()),
                    Optional.of(services.retryAfter()));
        }
    }

    private Answer register(byte[] body) {
        Registrar.Request unread = new Registrar.Request(name.idScope(), name.registrationId(), caller.unread());
        Registrar.Request read = services.registrar()
                .read(
                        unread,
                        () -> versioned()
                                .saying(DeviceBodies.parseRegister(body)
                                        .of(name.registrationId())
                                        .contents()));
        Operation operation = services.registrar().register(read);
        caller.proved().run();
        return new Answer(202, DeviceBodies.accepted(operation), Optional.of(services.retryAfter()));
    }

    /** Judged like a token, as late as the registration, whose answer has room for the reason. */
    private Registrar.Request versioned() {
        DeviceApiVersion.check(name.apiVersion());
        return request();
    }

    private Answer result(String operationId) {
        Operation operation = services.registrar().operation(request(), operationId);
        return switch (operation.registration().state()) {
            case RegistrationState.Unassigned(), RegistrationState.Assigning _ ->
                new Answer(202, DeviceBodies.result(operation), Optional.of(services.retryAfter()));
            case RegistrationState.Assigned _, RegistrationState.Failed _, RegistrationState.Disabled _ ->
                new Answer(200, DeviceBodies.result(operation), Optional.empty());
        };
    }

    private Answer refused(Refusal refusal) {
        LOG.info(
                "Refused '{}' from {}, tracking id {}: {}",
                LogText.of(name.registrationId()),
                caller.address(),
                refusal.trackingId(),
                LogText.of(refusal));
        ErrorCode code = ErrorCode.of(refusal.reason());
        return new Answer(
                code.httpStatus(),
                DeviceBodies.error(refusal, services.clock().instant()),
                code == ErrorCode.THROTTLED ? Optional.of(services.retryAfter()) : Optional.empty());
    }

    /** Parses the certificates once, however often the device asks. */
    private Registrar.Request request() {
        Registrar.Request known = request;
        if (known == null) {
            known = new Registrar.Request(
                    name.idScope(), name.registrationId(), caller.peer(token.map(SasToken::parse)));
            request = known;
        }
        return known;
    }

    /** The Java SDK alone repeats the API version as its own. */
    private boolean missesFastAnswers() {
        return name.clientVersion().equals(name.apiVersion());
    }

    private static void delay() {
        try {
            Thread.sleep(DELAY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
