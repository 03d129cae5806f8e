package dev.muster.cli.client;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A device's connection with its hub over MQTT 3.1.1, by certificate. For one thread at a time, which may be a virtual
 * one.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
 */
public final class HubClient implements AutoCloseable {
    private static final String API_VERSION = "2021-04-12";

    private final MqttConnection connection;
    private final String deviceId;

    private HubClient(MqttConnection connection, String deviceId) {
        this.connection = connection;
        this.deviceId = deviceId;
    }

    /** A device and the name of its hub, as the provisioning service assigned them. */
    public record Device(String hub, String deviceId, DeviceCredential credential) {}

    /**
     * @param endpoint where the hub really listens, which need not be at its name and the standard port
     * @param authority PEM file with the CA that the hub's certificate must lead to
     * @throws RefusedByServer when the hub does not let the device in
     */
    public static HubClient connect(Endpoint endpoint, Path authority, Device device) throws IOException {
        MqttConnection connection = MqttConnection.open(
                ClientTls.trusting(authority, device.credential()),
                endpoint.address(),
                device.deviceId(),
                device.hub() + "/" + device.deviceId() + "/?api-version=" + API_VERSION + "&DeviceClientType=muster",
                null);
        return new HubClient(connection, device.deviceId());
    }

    /**
     * Sends a message and returns when the hub has it for good.
     *
     * @param properties the application's own, and the hub's under names like {@code $.ct} and {@code $.mid}
     */
    public void send(byte[] body, Map<String, String> properties) throws IOException {
        connection.publish(topic(deviceId, properties), body);
    }

    static String topic(String deviceId, Map<String, String> properties) {
        return "devices/" + deviceId + "/messages/events/"
                + properties.entrySet().stream()
                        .map(property -> encode(property.getKey()) + "=" + encode(property.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
