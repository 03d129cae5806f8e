package dev.muster.cli.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registers devices over MQTT 3.1.1, each on a connection of its own. Safe for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-dps">DPS: MQTT</a>
 */
public final class MqttProvisioning implements ProvisioningClient {
    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?$rid=";
    private static final String QUERY = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=";
    private static final String ANSWERS = "$dps/registrations/res/#";
    private static final Pattern ANSWER =
            Pattern.compile("\\$dps/registrations/res/(\\d{3})/\\?\\$rid=([^&]+)(?:&retry-after=(\\d{1,5}))?");

    private final Endpoint service;
    private final Path authority;

    /** @param authority PEM file with the CA that the service's certificate must lead to */
    public MqttProvisioning(Endpoint service, Path authority) {
        this.service = service;
        this.authority = authority;
    }

    @Override
    public Assignment register(Device device) throws IOException, InterruptedException {
        String userName = device.idScope() + "/registrations/" + device.registrationId() + "/api-version=" + API_VERSION
                + "&ClientVersion=muster";
        try (MqttConnection connection = MqttConnection.open(
                ClientTls.trusting(authority, device.credential()),
                service.address(),
                device.registrationId(),
                userName,
                null)) {
            connection.subscribe(ANSWERS);
            byte[] body = Document.of(Map.of("registrationId", device.registrationId()))
                    .bytes();
            connection.publish(REGISTER + "1", body);
            Poll.Answer first = answer(connection.receive(), "1");
            return Poll.result(first, new Queries(connection)::ask);
        }
    }

    /** The status queries on one connection, numbered from 2. */
    private static final class Queries {
        private final MqttConnection connection;
        private int last = 1;

        Queries(MqttConnection connection) {
            this.connection = connection;
        }

        Poll.Answer ask(String operationId) throws IOException {
            last++;
            connection.publish(QUERY + last + "&operationId=" + operationId, new byte[0]);
            return answer(connection.receive(), Integer.toString(last));
        }
    }

    static Poll.Answer answer(MqttPacket.Publish message, String requestId) throws ProtocolException {
        Matcher topic = ANSWER.matcher(message.topic());
        if (!topic.matches() || !topic.group(2).equals(requestId)) {
            throw new ProtocolException(
                    "The service answered on " + message.topic() + ", which does not belong to request " + requestId);
        }
        return new Poll.Answer(
                Integer.parseInt(topic.group(1)),
                message.payload(),
                Optional.ofNullable(topic.group(3)).map(Integer::parseInt));
    }
}
