package dev.muster.conformance;

import dev.muster.conformance.TestPki.Authority;
import dev.muster.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the administrator does with the bearer token: Azure's resource provider and Muster's own {@code /muster/}. Safe
 * for any number of threads.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/iot-dps/dps-certificate">DPS: certificates</a>
 */
final class ControlPlane {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String PROVIDER = "/subscriptions/test/resourceGroups/test/providers/Microsoft.Devices";

    private final String host;
    private final String token;
    private final HttpClient client;

    ControlPlane(String host, String token, Trust trust) {
        this.host = host;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .sslContext(trust.context(Optional.empty()))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    String provisioningConnectionString() {
        return connectionString("/provisioningServices/muster", "provisioningserviceowner");
    }

    String hubConnectionString() {
        return connectionString("/IotHubs/" + host, "iothubowner");
    }

    /** Uploads a CA certificate and proves possession of its key, as the portal makes its users do. */
    void addVerified(String name, Authority authority) {
        add(name, authority);
        String certificate = certificatePath(name);
        JsonNode withCode = send("POST", certificate + "/generateVerificationCode", Optional.empty());
        String code = withCode.at("/properties/verificationCode").asString();
        JsonNode verified = send(
                "POST", certificate + "/verify", Optional.of(Map.of("certificate", Pem.write(authority.proof(code)))));
        if (!verified.at("/properties/isVerified").asBoolean()) {
            throw new IllegalStateException("not verified: " + verified);
        }
    }

    /** Uploads a CA certificate whose key nobody has proved to hold. */
    void add(String name, Authority authority) {
        send(
                "PUT",
                certificatePath(name),
                Optional.of(Map.of("properties", Map.of("certificate", Pem.write(authority.certificate())))));
    }

    /** The record of a device's attempts to register, the newest first. */
    List<JsonNode> attempts(String registrationId) {
        return List.copyOf(send("GET", "/muster/registrations/" + registrationId + "/attempts", Optional.empty())
                .at("/value")
                .values());
    }

    /** What a device has sent to its hub, in the order of arrival. */
    List<JsonNode> events(String deviceId) {
        return List.copyOf(send("GET", "/muster/events?deviceId=" + encode(deviceId), Optional.empty())
                .at("/value")
                .values());
    }

    /** The texts of what a device has sent. */
    List<String> eventBodies(String deviceId) {
        return events(deviceId).stream().map(ControlPlane::bodyOf).toList();
    }

    /** The text of an event. */
    static String bodyOf(JsonNode event) {
        return new String(Base64.getDecoder().decode(event.at("/body").asString()), StandardCharsets.UTF_8);
    }

    private String connectionString(String resource, String policy) {
        JsonNode keys = send("POST", PROVIDER + resource + "/listkeys", Optional.empty());
        return keys.at("/value")
                .valueStream()
                .filter(key -> key.at("/keyName").asString().equals(policy))
                .map(key -> "HostName=%s;SharedAccessKeyName=%s;SharedAccessKey=%s"
                        .formatted(host, policy, key.at("/primaryKey").asString()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no policy " + policy + " of " + resource));
    }

    private static String certificatePath(String name) {
        return PROVIDER + "/provisioningServices/muster/certificates/" + name;
    }

    private JsonNode send(String method, String path, Optional<Map<String, Object>> body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "https://" + host + path + (path.contains("?") ? "&" : "?") + "api-version=2022-12-12"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("If-Match", "*")
                .method(
                        method,
                        body.map(value -> BodyPublishers.ofByteArray(JSON.writeValueAsBytes(value)))
                                .orElseGet(BodyPublishers::noBody))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        method + " " + path + ": " + response.statusCode() + " " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
