package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;

/** The least that can be said over MQTT: CONNECT and, once accepted, DISCONNECT. */
final class MqttPing implements Conversation {
    private final String idScope;
    private final String registrationId;

    MqttPing(String idScope, String registrationId) {
        this.idScope = idScope;
        this.registrationId = registrationId;
    }

    @Override
    public byte[] open() {
        return MqttRegistration.connect(idScope, registrationId);
    }

    @Override
    public Step receive(ByteBuf received) {
        return MqttPacket.take(received)
                .<Step>map(packet -> {
                    packet.requireAccepted();
                    return new Step.Finish(MqttPacket.disconnect());
                })
                .orElseGet(Step.Wait::new);
    }
}
