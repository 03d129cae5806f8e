package dev.muster.cli.client.load;

import dev.muster.cli.client.MqttPacket;
import io.netty.buffer.ByteBuf;

/** A device that connects to its hub over MQTT, and stays. */
final class HubPresence implements Conversation {
    /** IoT Hub allows 1,767 seconds at most. */
    private static final int KEEP_ALIVE_SECONDS = 1_767;

    private final String hub;
    private final String deviceId;

    HubPresence(String hub, String deviceId) {
        this.hub = hub;
        this.deviceId = deviceId;
    }

    @Override
    public byte[] open() {
        String userName = hub + "/" + deviceId + "/?api-version=2021-04-12";
        return MqttFrames.bytes(new MqttPacket.Connect(deviceId, userName, null, KEEP_ALIVE_SECONDS));
    }

    @Override
    public Step receive(ByteBuf received) {
        return MqttFrames.take(received)
                .<Step>map(packet -> {
                    MqttRegistration.requireAccepted(packet);
                    return new Step.Stay();
                })
                .orElseGet(Step.Wait::new);
    }
}
