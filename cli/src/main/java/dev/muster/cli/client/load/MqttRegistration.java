package dev.muster.cli.client.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A registration over MQTT: CONNECT, SUBSCRIBE, PUBLISH of the wish, then at once the PUBLISH of the poll.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
final class MqttRegistration implements Conversation {
    private static final String ANSWERS = "$dps/registrations/res/";

    private final String idScope;
    private final String registrationId;
    private Stage stage = Stage.CONNECTING;

    private enum Stage {
        CONNECTING,
        SUBSCRIBING,
        REGISTERING,
        POLLING
    }

    MqttRegistration(String idScope, String registrationId) {
        this.idScope = idScope;
        this.registrationId = registrationId;
    }

    static byte[] connect(String idScope, String registrationId) {
        return MqttPacket.connect(
                registrationId, idScope + "/registrations/" + registrationId + "/api-version=2019-03-31");
    }

    @Override
    public byte[] open() {
        return connect(idScope, registrationId);
    }

    @Override
    public Step receive(ByteBuf received) {
        Optional<MqttPacket> next = MqttPacket.take(received);
        if (next.isEmpty()) {
            return new Step.Wait();
        }
        MqttPacket packet = next.get();
        if (packet.type() == MqttPacket.PUBACK) {
            return receive(received);
        }
        return switch (stage) {
            case CONNECTING -> {
                packet.requireAccepted();
                stage = Stage.SUBSCRIBING;
                yield new Step.Send(MqttPacket.subscribe(1, ANSWERS + "#"));
            }
            case SUBSCRIBING -> {
                require(packet.type() == MqttPacket.SUBACK, packet);
                stage = Stage.REGISTERING;
                yield new Step.Send(MqttPacket.publish(
                        2,
                        "$dps/registrations/PUT/iotdps-register/?$rid=1",
                        "{\"registrationId\":\"" + registrationId + "\"}"));
            }
            case REGISTERING -> {
                OperationAnswer operation = answer(packet, 202);
                stage = Stage.POLLING;
                yield new Step.Send(joined(
                        packet.acknowledgement(),
                        MqttPacket.publish(
                                3,
                                "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId="
                                        + operation.operationId(),
                                "")));
            }
            case POLLING -> {
                answer(packet, 200).requireAssigned(registrationId);
                yield new Step.Finish(joined(packet.acknowledgement(), MqttPacket.disconnect()));
            }
        };
    }

    private static OperationAnswer answer(MqttPacket packet, int status) {
        require(packet.type() == MqttPacket.PUBLISH, packet);
        if (!packet.topic().startsWith(ANSWERS + status + "/")) {
            throw new LoadException("answered on " + packet.topic() + " instead of with " + status + ": "
                    + new String(packet.payload(), StandardCharsets.UTF_8));
        }
        return OperationAnswer.parse(packet.payload());
    }

    private static void require(boolean expected, MqttPacket packet) {
        if (!expected) {
            throw new LoadException("not the packet that comes next: " + packet);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
