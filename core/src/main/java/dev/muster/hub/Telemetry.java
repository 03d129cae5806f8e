package dev.muster.hub;

import dev.muster.base.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Takes what devices send to the cloud. Safe for any number of threads. */
public final class Telemetry {
    private final Events events;
    private final InstantSource clock;

    public Telemetry(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /** A device that has proved who it is, as far as its messages tell. */
    public record Sender(String hub, String deviceId, String generationId) {}

    /**
     * What a device sends.
     *
     * @param systemProperties by their Event Hubs names, such as {@code message-id} and {@code content-type}
     * @param properties the application's own
     */
    public record Sent(Map<String, String> systemProperties, Map<String, String> properties, byte[] body) {
        /** @throws Refusal TOO_LARGE */
        public Sent {
            if (size(systemProperties, properties, body) > Devices.MAX_MESSAGE_BYTES) {
                throw new Refusal(
                        Refusal.Reason.TOO_LARGE,
                        "A message has at most " + Devices.MAX_MESSAGE_BYTES + " bytes, its properties included.");
            }
        }

        /** IoT Hub quotas: the body, the values of system properties, names and values of the application's. */
        private static long size(Map<String, String> systemProperties, Map<String, String> properties, byte[] body) {
            return body.length
                    + bytes(systemProperties.values())
                    + bytes(properties.keySet())
                    + bytes(properties.values());
        }

        private static long bytes(Iterable<String> texts) {
            long bytes = 0;
            for (String text : texts) {
                bytes += text.getBytes(StandardCharsets.UTF_8).length;
            }
            return bytes;
        }
    }

    /** Stores what a device sent, in that order. On return it is on disk. */
    public void accept(Sender sender, List<Sent> sent) {
        events.append(
                sent.stream()
                        .map(one -> new Event.Message(
                                sender.hub(),
                                sender.deviceId(),
                                sender.generationId(),
                                one.systemProperties(),
                                one.properties(),
                                one.body()))
                        .toList(),
                clock.instant());
    }
}
