package dev.muster.server.mqtt;

import dev.muster.hub.DeviceIdentity;
import dev.muster.server.fuzz.AtOnce;
import dev.muster.server.fuzz.Client;
import dev.muster.server.fuzz.FuzzTarget;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.util.List;

/** MQTT's packets, from the decoder down to the registrar and the hub. */
public final class MqttTarget implements FuzzTarget {
    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
    private static final int INPUTS_FOR_A_SERVICE = 2000;

    private Service service = fresh();
    private int inputs;

    private static Service fresh() {
        Service service = new Service();
        service.enroll("dev1", Token.KEY);
        service.create("dev2", new DeviceIdentity.Authentication.Sas(Token.KEY, Token.KEY));
        return service;
    }

    @Override
    public List<byte[]> samples() {
        String scope = Service.ID_SCOPE;
        byte[] device = Packets.connect(
                "MQTT",
                4,
                0xC2,
                60,
                Packets.string("dev1"),
                Packets.string(scope + "/registrations/dev1/api-version=2019-03-31&ClientVersion=fuzz"),
                Packets.string(Token.forResource(scope + "/registrations/dev1")));
        byte[] ofHub = Packets.connect(
                "MQTT",
                4,
                0xC2,
                0,
                Packets.string("dev2"),
                Packets.string(Service.HUB + "/dev2/?api-version=2021-04-12&DeviceClientType=fuzz"),
                Packets.string(Token.of("dev2")));
        return List.of(
                Packets.joined(
                        device,
                        Packets.subscribe(1, 1, "$dps/registrations/res/#"),
                        Packets.publish(2, REGISTER + "1", "{\"registrationId\":\"dev1\",\"payload\":{\"a\":1}}"),
                        Packets.publish(
                                3,
                                "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=4.1234%2e5",
                                " "),
                        Packets.acknowledged(1),
                        Packets.PING,
                        Packets.DISCONNECT),
                Packets.joined(
                        device,
                        Packets.subscribe(7, 0, "$dps/registrations/res/#"),
                        Packets.publish(REGISTER + "1", ""),
                        Packets.unsubscribe(8, "$dps/registrations/res/#")),
                Packets.joined(
                        ofHub,
                        Packets.subscribe(1, 1, "devices/dev2/messages/devicebound/#", "$iothub/methods/POST/#"),
                        Packets.publish(2, "devices/dev2/messages/events/a%20b=c%2Fd&%24.mid=1", "{\"x\":1}"),
                        Packets.publish("$iothub/twin/GET/?$rid=1", ""),
                        Packets.publish("devices/dev2/messages/events/", "y"),
                        Packets.PING));
    }

    @Override
    public void take(byte[] input) {
        inputs++;
        if (inputs % INPUTS_FOR_A_SERVICE == 0) {
            service = fresh();
        }
        MqttFrontEnd.Shared shared = new MqttFrontEnd.Shared(
                new Reception(service.services()), new AtOnce(), AtOnce.NEVER, MqttFrontEnd.Limits.defaults());
        try (Client client = new Client(pipeline -> pipeline.addLast(
                new PacketDecoder(512 * 1024),
                MqttEncoder.INSTANCE,
                new MqttConnection(pipeline.channel(), "MQTT", shared)))) {
            client.send(input);
        }
        if (service.sessions.count() != 0) {
            throw new AssertionError("a session outlives its connection");
        }
    }
}
