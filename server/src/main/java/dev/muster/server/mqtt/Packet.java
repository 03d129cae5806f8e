package dev.muster.server.mqtt;

import java.util.List;
import java.util.Optional;

/** What a client sends, or what becomes of its connection, in the order of arrival. Holds no buffers of Netty's. */
sealed interface Packet {
    /** More than any client subscribes to at a time. */
    int MAX_FILTERS = 32;

    /** @param keepAliveSeconds 0 for none */
    record Connect(
            String clientId,
            Optional<String> userName,
            Optional<String> password,
            int keepAliveSeconds,
            Optional<Publish> will)
            implements Packet {
        /** The password is a secret, so the text form leaves it out. */
        @Override
        public String toString() {
            return "Connect[" + clientId + ", " + userName + "]";
        }
    }

    /** @param packetId 0 with quality of service 0 */
    record Publish(String topic, byte[] payload, int qualityOfService, boolean retained, int packetId)
            implements Packet {}

    record Subscribe(int packetId, List<Subscription> subscriptions) implements Packet {
        public Subscribe {
            subscriptions = List.copyOf(subscriptions);
        }
    }

    record Subscription(String filter, int qualityOfService) {}

    record Unsubscribe(int packetId, List<String> filters) implements Packet {
        public Unsubscribe {
            filters = List.copyOf(filters);
        }
    }

    record Ping() implements Packet {}

    /** The client has got what we published with quality of service 1. */
    record Acknowledgement() implements Packet {}

    record Disconnect() implements Packet {}

    /** A CONNECT of another protocol than MQTT 3.1.1. */
    record OtherProtocol() implements Packet {}

    /** Bytes that are not MQTT 3.1.1, or that a client must not send. */
    record Violation(String rule) implements Packet {}

    /** The connection is gone. */
    record Lost() implements Packet {}
}
