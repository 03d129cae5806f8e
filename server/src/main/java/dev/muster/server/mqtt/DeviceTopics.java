package dev.muster.server.mqtt;

import dev.muster.base.Refusal;
import dev.muster.hub.DeviceLink;
import dev.muster.hub.DeviceTwins;
import dev.muster.hub.Devices;
import dev.muster.hub.Telemetry;
import dev.muster.server.wire.ErrorCode;
import dev.muster.server.wire.LogText;
import dev.muster.server.wire.TwinBodies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub on one device's connection. What the SDKs subscribe to at start is granted even where nothing comes of it yet.
 * Called as {@link Topics} says.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
final class DeviceTopics implements Topics {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTopics.class);
    private static final String TWIN_ANSWERS = "$iothub/twin/res/";
    private static final String DESIRED_CHANGES = "$iothub/twin/PATCH/properties/desired/";
    private static final Set<String> FILTERS =
            Set.of(TWIN_ANSWERS + "#", DESIRED_CHANGES + "#", "$iothub/methods/POST/#");
    private static final int NOT_SUBSCRIBED = -1;

    private final Devices hub;
    private final Telemetry.Sender device;
    private final DeviceLink link;
    private final Optional<Packet.Publish> will;
    private final CredentialTopics credentials;
    private final MqttFrontEnd.Services services;
    private int twinAnswers = NOT_SUBSCRIBED;
    private boolean wantsDesiredChanges;

    DeviceTopics(
            Devices hub,
            Telemetry.Sender device,
            DeviceLink link,
            Optional<Packet.Publish> will,
            CredentialTopics credentials,
            MqttFrontEnd.Services services) {
        this.hub = hub;
        this.device = device;
        this.link = link;
        this.will = will;
        this.credentials = credentials;
        this.services = services;
    }

    @Override
    public int subscribe(Packet.Subscription wanted) {
        boolean known = FILTERS.contains(wanted.filter())
                || CredentialTopics.has(wanted.filter())
                || DeviceRequest.ownTopic(wanted.filter(), device.deviceId())
                        .filter("messages/devicebound/#"::equals)
                        .isPresent();
        if (!known) {
            return REFUSED;
        }
        int granted = Math.min(wanted.qualityOfService(), 1);
        if (wanted.filter().equals(TWIN_ANSWERS + "#")) {
            twinAnswers = granted;
        } else if (wanted.filter().equals(DESIRED_CHANGES + "#")) {
            wantsDesiredChanges = true;
        } else if (CredentialTopics.has(wanted.filter())) {
            credentials.subscribed(granted);
        }
        return granted;
    }

    @Override
    public void unsubscribe(String filter) {
        if (filter.equals(TWIN_ANSWERS + "#")) {
            twinAnswers = NOT_SUBSCRIBED;
        } else if (filter.equals(DESIRED_CHANGES + "#")) {
            wantsDesiredChanges = false;
        } else if (CredentialTopics.has(filter)) {
            credentials.unsubscribed();
        }
    }

    @Override
    public boolean isOwing() {
        return credentials.isOwing();
    }

    @Override
    public List<Reply> owed() {
        return credentials.owed();
    }

    /** At quality of service 0, as the Java SDK expects; a device that misses one reads its twin when it is back. */
    @Override
    public Optional<Reply> tell(DeviceTwins.DesiredChange change) {
        return wantsDesiredChanges
                ? Optional.of(new Reply.Message(
                        DESIRED_CHANGES + "?$version=" + change.version(), TwinBodies.print(change), 0))
                : Optional.empty();
    }

    /**
     * One durable write for all messages of the batch; a device that waits for no PUBACK before it goes on gets large
     * ones.
     */
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
            case DeviceRequest.ReadTwin(String requestId) -> {
                acknowledge(publish, replies);
                answer(requestId, this::readTwin, replies);
            }
            case DeviceRequest.Report(String requestId, Optional<String> version) -> {
                acknowledge(publish, replies);
                answer(requestId, () -> report(publish.payload(), version), replies);
            }
            case DeviceRequest.Renew(String requestId) -> {
                acknowledge(publish, replies);
                replies.addAll(credentials.request(requestId, publish.payload()));
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

    /**
     * What is sent for a request that concerns the twin.
     *
     * @param version that of the reported properties, where it is new
     */
    private record Answer(int status, OptionalLong version, byte[] body) {
        /** Clients parse it by position: the request id first, then the version, nothing else. */
        String topic(String requestId) {
            return TWIN_ANSWERS + status + "/?$rid=" + requestId
                    + (version.isPresent() ? "&$version=" + version.getAsLong() : "");
        }
    }

    private void answer(String requestId, Supplier<Answer> work, List<Reply> replies) {
        Answer answer;
        try {
            answer = work.get();
        } catch (Refusal refusal) {
            LOG.info(
                    "Refused a twin request of '{}', tracking id {}: {}",
                    LogText.of(device.deviceId()),
                    refusal.trackingId(),
                    LogText.of(refusal));
            answer = new Answer(
                    ErrorCode.of(refusal.reason()).httpStatus(),
                    OptionalLong.empty(),
                    TwinBodies.error(refusal, services.clock().instant()));
        }
        if (twinAnswers != NOT_SUBSCRIBED) {
            replies.add(new Reply.Message(answer.topic(requestId), answer.body(), twinAnswers));
        }
    }

    private Answer readTwin() {
        return new Answer(
                200, OptionalLong.empty(), TwinBodies.printForDevice(hub.twins().get(device.deviceId())));
    }

    private Answer report(byte[] body, Optional<String> version) {
        long reported = hub.twins().report(device.deviceId(), TwinBodies.parseReported(body), parse(version));
        return new Answer(204, OptionalLong.of(reported), new byte[0]);
    }

    private static OptionalLong parse(Optional<String> version) {
        try {
            return version.map(Long::parseLong).map(OptionalLong::of).orElseGet(OptionalLong::empty);
        } catch (NumberFormatException e) {
            throw new Refusal(Refusal.Reason.INVALID_ARGUMENT, "$version must be a number.");
        }
    }
}
