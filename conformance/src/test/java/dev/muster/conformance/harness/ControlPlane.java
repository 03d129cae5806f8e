package dev.muster.conformance.harness;

import dev.muster.conformance.harness.TestPki.Authority;
import dev.muster.pki.Certificate;
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
import java.util.ArrayList;
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
public final class ControlPlane {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SERVICE =
            "/subscriptions/test/resourceGroups/test/providers/Microsoft.Devices/provisioningServices/muster";
    private static final String CERTIFICATES = SERVICE + "/certificates/";

    private final String host;
    private final String token;
    private final HttpClient client;

    public ControlPlane(String host, String token, Trust trust) {
        this.host = host;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .sslContext(trust.context(Optional.empty()))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    public String provisioningConnectionString() {
        return connectionString("provisioningserviceowner", "");
    }

    public String hubConnectionString() {
        return connectionString("iothubowner", "");
    }

    /** Of one of several hubs. */
    public String hubConnectionString(String hub) {
        return connectionString("iothubowner", "HostName=" + hub + ";");
    }

    /** Uploads a CA certificate and proves possession of its key, as the portal makes its users do. */
    public void addVerified(String name, Authority authority) {
        add(name, authority);
        String certificate = CERTIFICATES + name;
        JsonNode withCode = send("POST", certificate + "/generateVerificationCode", Optional.empty());
        String code = withCode.at("/properties/verificationCode").asString();
        JsonNode verified = send(
                "POST", certificate + "/verify", Optional.of(Map.of("certificate", Pem.write(authority.proof(code)))));
        if (!verified.at("/properties/isVerified").asBoolean()) {
            throw new IllegalStateException("not verified: " + verified);
        }
    }

    /** Uploads a CA certificate whose key nobody has proved to hold. */
    public void add(String name, Authority authority) {
        send(
                "PUT",
                CERTIFICATES + name,
                Optional.of(Map.of("properties", Map.of("certificate", Pem.write(authority.certificate())))));
    }

    /** Links a hub beside those that are, or gives one that is linked another connection string. */
    public void link(String connectionString) {
        String host = connectionString.replaceFirst("HostName=([^:;]+).*", "$1");
        List<Map<String, String>> hubs = new ArrayList<>();
        send("GET", SERVICE, Optional.empty()).at("/properties/iotHubs").values().stream()
                .map(hub -> hub.at("/name").asString())
                .filter(name -> !name.equals(host))
                .forEach(name -> hubs.add(Map.of("name", name)));
        hubs.add(Map.of("connectionString", connectionString));
        send("PUT", SERVICE, Optional.of(Map.of("properties", Map.of("iotHubs", hubs))));
    }

    /**
     * Makes a certificate authority.
     *
     * @return its certificate, then its issuers'
     */
    public List<Certificate> createAuthority(String name, Map<String, Object> draft) {
        send("PUT", "/muster/authorities/" + name, Optional.of(draft));
        return Pem.certificates(text("GET", "/muster/authorities/" + name + "/chain", Optional.empty()));
    }

    /** The record of a device's attempts to register, the newest first. */
    public List<JsonNode> attempts(String registrationId) {
        return list("/muster/registrations/" + encode(registrationId) + "/attempts");
    }

    /** The newest attempts of all devices. */
    public List<JsonNode> attempts() {
        return list("/muster/attempts?limit=1000");
    }

    /**
     * Revokes what the wish names.
     *
     * @return what is revoked now
     */
    public List<JsonNode> revoke(Map<String, Object> wish) {
        return List.copyOf(send("POST", "/muster/revocations", Optional.of(wish))
                .at("/value")
                .values());
    }

    /** Takes back what was only on hold. */
    public void release(String thumbprint) {
        send("DELETE", "/muster/revocations/" + thumbprint, Optional.empty());
    }

    /** What a device has sent to its hub, in the order of arrival. */
    public List<JsonNode> events(String deviceId) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode partition : list("/muster/events/partitions")) {
            long next = 0;
            while (next < partition.at("/end").asLong()) {
                List<JsonNode> page = list("/muster/events?limit=1000&from=" + next + "&partition="
                        + partition.at("/partition").asInt());
                page.stream()
                        .filter(event -> event.at("/deviceId").asString().equals(deviceId))
                        .forEach(found::add);
                next = page.getLast().at("/sequence").asLong() + 1;
            }
        }
        return found;
    }

    /** The texts of what a device has sent. */
    public List<String> eventBodies(String deviceId) {
        return events(deviceId).stream().map(ControlPlane::bodyOf).toList();
    }

    /** The text of an event. */
    public static String bodyOf(JsonNode event) {
        return new String(Base64.getDecoder().decode(event.at("/body").asString()), StandardCharsets.UTF_8);
    }

    private String connectionString(String policy, String start) {
        return list("/muster/connection-strings").stream()
                .filter(it -> it.at("/policy").asString().equals(policy))
                .map(it -> it.at("/connectionString").asString())
                .filter(it -> it.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no policy " + policy));
    }

    private List<JsonNode> list(String path) {
        return List.copyOf(send("GET", path, Optional.empty()).at("/value").values());
    }

    public JsonNode send(String method, String path, Optional<Map<String, Object>> body) {
        return JSON.readTree(text(method, path, body));
    }

    /** The body of the answer, whatever it is. */
    public String text(String method, String path, Optional<Map<String, Object>> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(
                        "https://" + host + path + (path.contains("?") ? "&" : "?") + "api-version=2022-12-12"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(value -> BodyPublishers.ofByteArray(JSON.writeValueAsBytes(value)))
                                .orElseGet(BodyPublishers::noBody));
        if (method.equals("POST")) {
            request.header("If-Match", "*");
        }
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(
                        method + " " + path + ": " + response.statusCode() + " " + response.body());
            }
            return response.body();
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
