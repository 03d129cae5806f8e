package dev.muster.server.mqtt;

import dev.muster.hub.Telemetry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The properties of a message as they stand in the topic it is published to: those of the system under names of a few
 * letters, the application's under their own.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-construct">IoT Hub: messages</a>
 */
final class PropertyBag {
    private static final Map<String, String> SYSTEM_NAMES = Map.ofEntries(
            Map.entry("$.mid", "message-id"),
            Map.entry("$.cid", "correlation-id"),
            Map.entry("$.uid", "user-id"),
            Map.entry("$.to", "to"),
            Map.entry("$.ct", "content-type"),
            Map.entry("$.ce", "content-encoding"),
            Map.entry("$.exp", "absolute-expiry-time"),
            Map.entry("$.ctime", "iothub-creation-time-utc"),
            Map.entry("$.ifid", "iothub-interface-id"),
            Map.entry("$.schema", "iothub-message-schema"),
            Map.entry("$.sub", "dt-subject"),
            Map.entry("$.on", "iothub-outputname"),
            Map.entry("$.diagid", "Diagnostic-Id"),
            Map.entry("$.diagctx", "Correlation-Context"));

    /** Who sent a message is not for the message to say. */
    private static final Set<String> IGNORED = Set.of("$.cdid", "$.cmid");

    private PropertyBag() {}

    /**
     * Makes a message of what was published.
     *
     * @param bag percent-encoded, or partly, or not at all
     * @param more properties that the bag does not hold
     * @throws dev.muster.base.Refusal TOO_LARGE
     */
    static Telemetry.Sent message(String bag, Map<String, String> more, byte[] body) {
        Map<String, String> system = new HashMap<>();
        Map<String, String> properties = new HashMap<>();
        Query.parse(bag).forEach((key, value) -> {
            String name = Query.decode(key);
            String systemName = SYSTEM_NAMES.get(name);
            if (systemName != null) {
                system.put(systemName, Query.decode(value));
            } else if (!IGNORED.contains(name)) {
                properties.put(name, Query.decode(value));
            }
        });
        properties.putAll(more);
        return new Telemetry.Sent(system, properties, body);
    }
}
