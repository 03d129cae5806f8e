package dev.muster.cli.client.load;

import dev.muster.cli.client.MqttPacket;
import io.netty.buffer.ByteBuf;

/** The least that can be said over MQTT: CONNECT and, once accepted, DISCONNECT. */
final class MqttPing implements Conversation {
    private final MqttPacket.Connect connect;

    MqttPing(MqttPacket.Connect connect) {
        this.connect = connect;
    }

    @Override
    public byte[] open() {
        return MqttFrames.bytes(connect);
    }

    @Override
    public Step receive(ByteBuf received) {
        return MqttFrames.take(received)
                .<Step>map(packet -> {
                    MqttRegistration.requireAccepted(packet);
                    return new Step.Finish(MqttFrames.bytes(new MqttPacket.Disconnect()));
                })
                .orElseGet(Step.Wait::new);
    }
}
