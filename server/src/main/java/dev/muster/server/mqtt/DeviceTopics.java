package dev.muster.server.mqtt;

import dev.muster.base.Refusal;
import dev.muster.hub.DeviceLink;
import dev.muster.hub.Devices;
import dev.muster.hub.Telemetry;
import dev.muster.server.wire.TwinBodies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A hub on one device's connection. What the SDKs subscribe to at start is granted even where nothing comes of it yet.
 * Called as {@link Topics} says.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
final class DeviceTopics implements Topics {
    private static final String TWIN_ANSWERS = "$iothub/twin/res/";
    private static final Set<String> FILTERS =
            Set.of(TWIN_ANSWERS + "#", "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#");
    private static final int NOT_SUBSCRIBED = -1;

    private final Devices hub;
    private final Telemetry.Sender device;
    private final DeviceLink link;
    private final Optional<Packet.Publish> will;
    private final MqttFrontEnd.Services services;
    private int twinAnswers = NOT_SUBSCRIBED;

    DeviceTopics(
            Devices hub,
            Telemetry.Sender device,
            DeviceLink link,
            Optional<Packet.Publish> will,
            MqttFrontEnd.Services services) {
        this.hub = hub;
        this.device = device;
        this.link = link;
        this.will = will;
        this.services = services;
    }

    @Override
    public int subscribe(Packet.Subscription wanted) {
        boolean known = FILTERS.contains(wanted.filter())
                || DeviceRequest.ownTopic(wanted.filter(), device.deviceId())
                        .filter("messages/devicebound/#"::equals)
                        .isPresent();
        if (!known) {
            return REFUSED;
        }
        int granted = Math.min(wanted.qualityOfService(), 1);
        if (wanted.filter().equals(TWIN_ANSWERS + "#")) {
            twinAnswers = granted;
        }
        return granted;
    }

    @Override
    public void unsubscribe(String filter) {
        if (filter.equals(TWIN_ANSWERS + "#")) {
            twinAnswers = NOT_SUBSCRIBED;
        }
    }

    /** One durable write for the whole batch; a device that waits for no PUBACK before it goes on gets large ones. */
    @Override
    public Outcome publish(List<Packet.Publish> batch) {
        List<Telemetry.Sent> messages = new ArrayList<>();
        List<Reply> replies = new ArrayList<>();
        Optional<String> violation = Optional.empty();
        for (Packet.Publish publish : batch) {
            violation = take(publish, messages, replies);
            if (violation.isPresent()) {
                break;
            }
        }
        if (!messages.isEmpty()) {
            services.telemetry().accept(device, messages);
        }
        return new Outcome(replies, violation);
    }

    @Override
    public void end(boolean graceful) {
        hub.disconnected(device.deviceId(), link);
        if (!graceful) {
            will.map(this::lastMessage)
                    .ifPresent(message -> services.telemetry().accept(device, List.of(message)));
        }
    }

    /** @return the rule that the publication breaks, if any */
    private Optional<String> take(Packet.Publish publish, List<Telemetry.Sent> messages, List<Reply> replies) {
        Optional<DeviceRequest> asked = DeviceRequest.parse(publish.topic(), device.deviceId());
        if (asked.isEmpty()) {
            return Optional.of("PUBLISH to " + publish.topic());
        }
        switch (asked.get()) {
            case DeviceRequest.Event(String properties) -> {
                try {
                    messages.add(PropertyBag.message(properties, retained(publish), publish.payload()));
                } catch (Refusal refusal) {
                    return Optional.of(refusal.text());
                }
                acknowledge(publish, replies);
            }
            case DeviceRequest.Twin(String requestId) -> {
                acknowledge(publish, replies);
                if (twinAnswers != NOT_SUBSCRIBED) {
                    replies.add(noTwin(requestId));
                }
            }
        }
        return Optional.empty();
    }

    private static void acknowledge(Packet.Publish publish, List<Reply> replies) {
        if (publish.qualityOfService() > 0) {
            replies.add(new Reply.Acknowledgement(publish.packetId()));
        }
    }

    /** Nothing is retained; the owner may want to know that it should have been. */
    private static Map<String, String> retained(Packet.Publish publish) {
        return publish.retained() ? Map.of("mqtt-retain", "true") : Map.of();
    }

    private Telemetry.Sent lastMessage(Packet.Publish publish) {
        Map<String, String> more = new HashMap<>(retained(publish));
        more.put("iothub-MessageType", "Will");
        return DeviceRequest.parse(publish.topic(), device.deviceId())
                .map(DeviceRequest.Event.class::cast)
                .map(event -> PropertyBag.message(event.properties(), more, publish.payload()))
                .orElseThrow();
    }

    /** A status and a body that every SDK takes for an answer, so that no application waits for one. */
    private Reply noTwin(String requestId) {
        return new Reply.Message(
                TWIN_ANSWERS + TwinBodies.NOT_IMPLEMENTED_STATUS + "/?$rid=" + requestId,
                TwinBodies.notImplemented(services.clock().instant()),
                twinAnswers);
    }
}
