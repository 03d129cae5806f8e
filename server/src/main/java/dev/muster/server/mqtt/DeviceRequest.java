package dev.muster.server.mqtt;

import java.util.Map;
import java.util.Optional;

/**
 * What a device publishes to its hub, by the topic.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
sealed interface DeviceRequest {
    /** Longer than any request id of the SDKs. */
    int MAX_REQUEST_ID_LENGTH = 256;

    String TWIN = "$iothub/twin/";
    String RENEWAL = "$iothub/credentials/POST/issueCertificate/?";

    /** @param properties percent-encoded */
    record Event(String properties) implements DeviceRequest {}

    /** Asks for the twin. */
    record ReadTwin(String requestId) implements DeviceRequest {}

    /**
     * Changes what the twin reports.
     *
     * @param version as it was sent
     */
    record Report(String requestId, Optional<String> version) implements DeviceRequest {}

    /** Asks for a certificate in place of the one that it has. */
    record Renew(String requestId) implements DeviceRequest {}

    /** Empty when this device has no such topic. */
    static Optional<DeviceRequest> parse(String topic, String deviceId) {
        if (topic.startsWith(RENEWAL)) {
            return requestId(Query.parse(topic.substring(RENEWAL.length()))).map(Renew::new);
        }
        if (topic.startsWith(TWIN)) {
            return twin(topic.substring(TWIN.length()));
        }
        return ownTopic(topic, deviceId)
                .filter(rest -> rest.equals("messages/events") || rest.startsWith("messages/events/"))
                .map(rest -> rest.substring(Math.min("messages/events/".length(), rest.length())))
                // Several SDKs end the topic with a slash.
                .map(bag -> new Event(bag.endsWith("/") ? bag.substring(0, bag.length() - 1) : bag));
    }

    static boolean isEvent(Packet.Publish publish, String deviceId) {
        return parse(publish.topic(), deviceId).filter(Event.class::isInstance).isPresent();
    }

    /** What follows {@code devices/{deviceId}/}, where some SDKs percent-encode the id. */
    static Optional<String> ownTopic(String topic, String deviceId) {
        String[] parts = topic.split("/", 3);
        return parts.length == 3
                        && parts[0].equals("devices")
                        && (parts[1].equals(deviceId) || Query.decode(parts[1]).equals(deviceId))
                ? Optional.of(parts[2])
                : Optional.empty();
    }

    private static Optional<DeviceRequest> twin(String rest) {
        int question = rest.indexOf("/?");
        if (question < 0) {
            return Optional.empty();
        }
        Map<String, String> query = Query.parse(rest.substring(question + 2));
        Optional<String> requestId = requestId(query);
        return switch (rest.substring(0, question)) {
            case "GET" -> requestId.map(ReadTwin::new);
            case "PATCH/properties/reported" ->
                requestId.map(id -> new Report(id, Optional.ofNullable(query.get("$version"))));
            default -> Optional.empty();
        };
    }

    private static Optional<String> requestId(Map<String, String> query) {
        return Optional.ofNullable(query.get("$rid")).filter(id -> id.length() <= MAX_REQUEST_ID_LENGTH);
    }
}
