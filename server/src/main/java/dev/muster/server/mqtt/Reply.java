package dev.muster.server.mqtt;

/** What is sent to a client that has published something. */
sealed interface Reply {
    /** PUBACK. */
    record Acknowledgement(int packetId) implements Reply {}

    /** PUBLISH. */
    record Message(String topic, byte[] payload, int qualityOfService) implements Reply {}
}
