package dev.muster.server.mqtt;

import java.util.Map;
import java.util.Optional;

/**
 * What a device asks of the provisioning service, by the topic that it publishes to.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
sealed interface ProvisioningRequest {
    /** Longer than any topic of the SDKs, and than any that an answer's topic must repeat a part of. */
    int MAX_TOPIC_LENGTH = 1024;

    String REGISTER = "$dps/registrations/PUT/iotdps-register/?";
    String RESULT = "$dps/registrations/GET/iotdps-get-operationstatus/?";

    /** Opaque, not even unique (Azure's embedded C SDK always sends 1), and repeated to the letter in the answer. */
    String requestId();

    record Register(String requestId) implements ProvisioningRequest {}

    record Result(String requestId, String operationId) implements ProvisioningRequest {}

    /** Empty when there is no such topic. */
    static Optional<ProvisioningRequest> parse(String topic) {
        if (topic.length() > MAX_TOPIC_LENGTH) {
            return Optional.empty();
        }
        if (topic.startsWith(REGISTER)) {
            return Optional.ofNullable(
                            Query.parse(topic.substring(REGISTER.length())).get("$rid"))
                    .map(Register::new);
        }
        if (topic.startsWith(RESULT)) {
            Map<String, String> query = Query.parse(topic.substring(RESULT.length()));
            return Optional.ofNullable(query.get("$rid"))
                    .map(id -> new Result(id, Query.decode(query.getOrDefault("operationId", ""))));
        }
        return Optional.empty();
    }
}
