package dev.muster.cli.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The packets of MQTT 3.1.1 that a device sends or receives (OASIS MQTT 3.1.1 section 3). */
public sealed interface MqttPacket {
    /**
     * @param keepAlive seconds; 0 for none
     * @param password a secret; null sends none
     */
    record Connect(
            String clientId, String userName, @Nullable String password, int keepAlive) implements MqttPacket {
        @Override
        public String toString() {
            return "Connect[" + clientId + ", " + userName + "]";
        }
    }

    record ConnectAck(boolean sessionPresent, int returnCode) implements MqttPacket {}

    /**
     * @param packetId 1 to 65535; 0 when the quality of service is 0
     * @param qos 0 or 1
     */
    record Publish(String topic, int packetId, int qos, byte[] payload) implements MqttPacket {}

    record PublishAck(int packetId) implements MqttPacket {}

    /** Asks for every filter with quality of service 1. */
    record Subscribe(int packetId, List<String> filters) implements MqttPacket {}

    /** @param returnCodes one for each filter: the granted quality of service, or 128 for a refusal */
    record SubscribeAck(int packetId, List<Integer> returnCodes) implements MqttPacket {}

    record Disconnect() implements MqttPacket {}
}
