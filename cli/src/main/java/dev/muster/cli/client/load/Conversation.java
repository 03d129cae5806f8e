package dev.muster.cli.client.load;

import dev.muster.cli.client.ProvisioningClient.Assignment;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** One device's side of an exchange over one connection: bytes in, bytes out, no sockets. Used by one thread. */
interface Conversation {
    static Conversation of(Exchange exchange, String id) {
        return switch (exchange) {
            case Exchange.Ping(Exchange.Transport transport, String idScope) ->
                switch (transport) {
                    case HTTPS -> new HttpPing();
                    case MQTT -> new MqttPing(MqttRegistration.connect(idScope, id));
                    case MQTT_WS ->
                        new WebSocketConversation(new MqttPing(MqttRegistration.connect(idScope, id)), "mqtt");
                    case AMQP -> new AmqpPing();
                    case AMQP_WS -> new WebSocketConversation(new AmqpPing(), "AMQPWSB10");
                };
            case Exchange.Registration(Exchange.Transport transport, String idScope) ->
                switch (transport) {
                    case HTTPS -> new HttpRegistration(idScope, id);
                    case MQTT -> new MqttRegistration(idScope, id);
                    case MQTT_WS -> new WebSocketConversation(new MqttRegistration(idScope, id), "mqtt");
                    case AMQP -> new AmqpRegistration(idScope, id);
                    case AMQP_WS -> new WebSocketConversation(new AmqpRegistration(idScope, id), "AMQPWSB10");
                };
            case Exchange.Presence(String hub) -> new HubPresence(hub, id);
        };
    }

    /** What to send once TLS is up. */
    byte[] open();

    /**
     * Takes what it can use from the bytes received so far and leaves the rest.
     *
     * @throws LoadException when the other side says anything but what was hoped for
     */
    Step receive(ByteBuf received);

    /** What comes next. */
    sealed interface Step {
        /** Nothing until more has been received. */
        record Wait() implements Step {}

        /** Send this, and look at what else has been received. */
        record Send(byte[] bytes) implements Step {}

        /** Done, but the connection is kept. */
        record Stay() implements Step {}

        /**
         * Done, after these last bytes, if any.
         *
         * @param assignment what a registration came to
         */
        record Finish(byte[] farewell, Optional<Assignment> assignment) implements Step {
            Finish(byte[] farewell) {
                this(farewell, Optional.empty());
            }

            Finish(byte[] farewell, Assignment assignment) {
                this(farewell, Optional.of(assignment));
            }
        }
    }
}
