package dev.muster.server.mqtt;

import dev.muster.server.provisioning.ProvisioningSession;
import java.util.Map;
import java.util.Optional;

/** Whom a client calls, and as whom, by the user name of its CONNECT alone. */
sealed interface UserName {
    String API_VERSION = "api-version";

    /**
     * {@code {idScope}/registrations/{registrationId}/api-version=V[&ClientVersion=...]}.
     *
     * @param clientVersion raw, empty if absent
     * @see <a href="https://learn.microsoft.com/azure/iot-dps/iot-dps-mqtt-support">DPS: MQTT support</a>
     */
    record Provisioning(String idScope, String registrationId, String apiVersion, String clientVersion)
            implements UserName {
        ProvisioningSession.Device introducing(Optional<String> token) {
            return new ProvisioningSession.Device(
                    idScope, registrationId, Optional.of(apiVersion), token, Optional.empty(), isJava());
        }

        /** The Java SDK alone repeats the API version as its own, and misses answers that come at once. */
        private boolean isJava() {
            return clientVersion.equals(apiVersion);
        }
    }

    /**
     * {@code {host}/{deviceId}/?api-version=V&DeviceClientType=...}, also without the question mark.
     *
     * @see <a href="https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub">IoT Hub: MQTT</a>
     */
    record Device(String host, String deviceId) implements UserName {}

    /** {@code {host}/{deviceId}/{moduleId}/?api-version=V...}. */
    record Module(String host, String deviceId, String moduleId) implements UserName {}

    /** Empty when it has none of these forms. */
    static Optional<UserName> parse(String text) {
        String[] parts = text.split("/", 4);
        if (parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return Optional.empty();
        }
        if (parts.length == 4 && parts[1].equals("registrations") && isQuery(parts[3])) {
            Map<String, String> query = query(parts[3]);
            return Optional.of(new Provisioning(
                    parts[0], parts[2], query.getOrDefault(API_VERSION, ""), query.getOrDefault("ClientVersion", "")));
        }
        // Only two slashes are the name's own: the C SDK's client type is not encoded and may have more of them.
        if (isQuery(text.substring(parts[0].length() + parts[1].length() + 2))) {
            return Optional.of(new Device(parts[0], parts[1]));
        }
        return parts.length == 4 && isQuery(parts[3])
                ? Optional.of(new Module(parts[0], parts[1], parts[2]))
                : Optional.empty();
    }

    private static boolean isQuery(String text) {
        return !query(text).getOrDefault(API_VERSION, "").isEmpty();
    }

    private static Map<String, String> query(String text) {
        return Query.parse(text.startsWith("?") ? text.substring(1) : text);
    }
}
