package dev.muster.cli.client.load;

import java.util.Locale;

/** What a device does over a connection of its own, after a full handshake. */
public sealed interface Exchange {
    /** What devices speak. */
    enum Transport {
        HTTPS,
        MQTT,
        MQTT_WS,
        AMQP,
        AMQP_WS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The least that can be asked: an HTTP request to which any answer will do, an MQTT CONNECT, or an AMQP OPEN. */
    record Ping(Transport transport, String idScope) implements Exchange {}

    /** A complete registration with its result. */
    record Registration(Transport transport, String idScope) implements Exchange {}

    /** A hub's device over MQTT, which stays connected until the client is closed. */
    record Presence(String hub) implements Exchange {}
}
