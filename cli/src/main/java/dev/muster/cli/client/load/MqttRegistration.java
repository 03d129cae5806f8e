package dev.muster.cli.client.load;

import dev.muster.cli.client.MqttPacket;
import dev.muster.cli.client.RefusedByServer;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A registration over MQTT: CONNECT, SUBSCRIBE, PUBLISH of the wish, then at once the PUBLISH of the poll.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
 */
final class MqttRegistration implements Conversation {
    private static final int KEEP_ALIVE_SECONDS = 230;
    private static final String ANSWERS = "$dps/registrations/res/";
    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=1";
    private static final String POLL = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=";

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

    static MqttPacket.Connect connect(String idScope, String registrationId) {
        String userName = idScope + "/registrations/" + registrationId + "/api-version=2019-03-31";
        return new MqttPacket.Connect(registrationId, userName, null, KEEP_ALIVE_SECONDS);
    }

    static void requireAccepted(MqttPacket packet) {
        if (!(packet instanceof MqttPacket.ConnectAck(boolean _, int returnCode)) || returnCode != 0) {
            throw new LoadException("the connection was not accepted: " + packet);
        }
    }

    @Override
    public byte[] open() {
        return MqttFrames.bytes(connect(idScope, registrationId));
    }

    @Override
    public Step receive(ByteBuf received) {
        Optional<MqttPacket> packet = MqttFrames.take(received);
        if (packet.isEmpty()) {
            return new Step.Wait();
        }
        // Acknowledges what was published; the answer itself comes after it.
        return packet.get() instanceof MqttPacket.PublishAck ? receive(received) : next(packet.get());
    }

    private Step next(MqttPacket packet) {
        return switch (stage) {
            case CONNECTING -> {
                requireAccepted(packet);
                stage = Stage.SUBSCRIBING;
                yield send(new MqttPacket.Subscribe(1, List.of(ANSWERS + "#")));
            }
            case SUBSCRIBING -> {
                if (!(packet instanceof MqttPacket.SubscribeAck)) {
                    throw unexpected(packet);
                }
                stage = Stage.REGISTERING;
                yield send(publish(2, REGISTER, "{\"registrationId\":\"" + registrationId + "\"}"));
            }
            case REGISTERING -> {
                MqttPacket.Publish answer = answer(packet, 202);
                stage = Stage.POLLING;
                String operationId = OperationAnswer.parse(answer.payload()).operationId();
                yield send(new MqttPacket.PublishAck(answer.packetId()), publish(3, POLL + operationId, ""));
            }
            case POLLING -> {
                MqttPacket.Publish answer = answer(packet, 200);
                yield new Step.Finish(
                        MqttFrames.bytes(new MqttPacket.PublishAck(answer.packetId()), new MqttPacket.Disconnect()),
                        OperationAnswer.parse(answer.payload()).requireAssigned(registrationId));
            }
        };
    }

    /** The answer of that status, which servers send at quality of service 1. */
    private static MqttPacket.Publish answer(MqttPacket packet, int status) {
        if (!(packet instanceof MqttPacket.Publish publish) || publish.qos() != 1) {
            throw unexpected(packet);
        }
        if (!publish.topic().startsWith(ANSWERS + status + "/")) {
            throw new LoadException(
                    "answered on " + publish.topic() + " instead of with " + status + ": "
                            + new String(publish.payload(), StandardCharsets.UTF_8),
                    RefusedByServer.answer(0, publish.payload()));
        }
        return publish;
    }

    private static LoadException unexpected(MqttPacket packet) {
        return new LoadException("not the packet that comes next: " + packet);
    }

    private static Step send(MqttPacket... packets) {
        return new Step.Send(MqttFrames.bytes(packets));
    }

    private static MqttPacket publish(int packetId, String topic, String payload) {
        return new MqttPacket.Publish(topic, packetId, 1, payload.getBytes(StandardCharsets.UTF_8));
    }
}
