package dev.muster.hub;

import java.time.Instant;
import java.util.Map;

/**
 * A message from a device as it stands in the event stream.
 *
 * @param partition where it stands; all messages of a device stand in the same one, in the order of arrival
 * @param sequence its number there, from 0 without gaps in what was acknowledged
 */
public record Event(int partition, long sequence, Instant enqueued, Message message) {
    /**
     * What a device sent.
     *
     * @param hub host name of the hub it was sent to
     * @param deviceId the authenticated sender, whatever the message says
     * @param generationId the sender's generation
     * @param systemProperties by their Event Hubs names, such as {@code message-id} and {@code content-type}
     * @param properties the application's own
     */
    public record Message(
            String hub,
            String deviceId,
            String generationId,
            Map<String, String> systemProperties,
            Map<String, String> properties,
            byte[] body) {
        public Message {
            systemProperties = Map.copyOf(systemProperties);
            properties = Map.copyOf(properties);
        }
    }
}
