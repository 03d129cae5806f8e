package dev.muster.server.mqtt;

import dev.muster.server.provisioning.Answer;
import dev.muster.server.provisioning.ProvisioningSession;
import dev.muster.server.wire.DeviceBodies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The topics of the provisioning service on one device's connection. Called as {@link Topics} says.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
final class ProvisioningTopics implements Topics {
    private static final String ANSWERS = "$dps/registrations/res/";
    private static final int NOT_SUBSCRIBED = -1;

    private final ProvisioningSession session;
    private int granted = NOT_SUBSCRIBED;

    ProvisioningTopics(ProvisioningSession session) {
        this.session = session;
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
                replies.add(new Reply.Message(topic(asked.get().requestId(), answer), answer.body(), granted));
            }
        }
        return new Outcome(replies, Optional.empty());
    }

    @Override
    public void end(boolean graceful) {}

    private Answer answer(ProvisioningRequest asked, byte[] body) {
        return switch (asked) {
            case ProvisioningRequest.Register _ -> session.register(body);
            // The C SDK repeats its registration in the body here, Node and Python send a space.
            case ProvisioningRequest.Result(String _, String operationId) -> session.result(operationId);
        };
    }

    /** Clients parse it by position: the request id first, then when to retry, nothing else. */
    private static String topic(String requestId, Answer answer) {
        return ANSWERS + answer.status() + "/?$rid=" + requestId
                + answer.retryAfter()
                        .map(duration -> "&retry-after=" + duration.toSeconds())
                        .orElse("");
    }
}
