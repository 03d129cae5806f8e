package dev.muster.conformance.service;

import dev.muster.conformance.harness.TestServer;
import dev.muster.conformance.peer.HttpPeer;
import dev.muster.conformance.peer.HttpPeer.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How the official service clients spell their requests, header by header (the reference's page on the service API, 1.2
 * and 2.1 to 2.5, and the hub's, 0.2, 5.1 and 5.2; the heads of C, C#, Python and the Azure CLI as their sources have
 * them).
 */
enum ServiceClient {
    NODE("2021-10-01", "2021-04-12", """
            Content-Type: application/json; charset=utf-8
            Authorization: %s
            Request-Id: 5a5fa4f4-7b2e-44ba-a7b4-1a0e5d7f3f0b
            User-Agent: azure-iothub/1.16.6(node v20.11.0; Linux 6.1)
            Host: %s
            Connection: keep-alive
            """) {
        @Override
        String token(String host, Policy policy) {
            // Unsigned escapes and milliseconds: the connection string's own token, before it is signed anew.
            long expiry = Instant.now().toEpochMilli();
            return "sr=" + host + "&sig=" + encoded(sign(host, expiry, policy)) + "&skn=" + policy.name() + "&se="
                    + expiry;
        }
    },
    CSHARP("2019-03-31", "2021-04-12", """
            Host: %2$s
            Accept: application/json
            Authorization: %1$s
            User-Agent: Microsoft.Azure.Devices/1.41.0
            Content-Type: application/json; charset=utf-8
            """),
    C("2018-04-01", "2019-10-01", """
            Authorization: %s
            Request-Id: 1001
            User-Agent: iothubserviceclient/1.1.0
            UserAgent: iothub_dps_sc/1.0
            Accept: application/json
            Content-Type: application/json; charset=utf-8
            Host: %s
            """) {
        @Override
        String token(String host, Policy policy) {
            long expiry = expiry();
            String resource = host.toLowerCase(Locale.ROOT);
            return fields(resource, lowerCaseEscapes(encoded(sign(resource, expiry, policy))), expiry, policy);
        }
    },
    CLI("2021-10-01", "2021-04-12", """
            Host: %2$s
            User-Agent: python/3.11.8 (Linux-x86_64) msrest/0.7.1 IoTPlatformCliExtension/0.25.0
            Accept-Encoding: gzip, deflate
            Accept: application/json
            Connection: keep-alive
            Content-Type: application/json; charset=utf-8
            x-ms-client-request-id: 0e0f2f9e-e7a1-11ee-9f5b-0242ac120002
            accept-language: en-US
            Cache-Control: no-cache, must-revalidate
            Authorization: %1$s
            """) {
        @Override
        String token(String host, Policy policy) {
            long expiry = expiry();
            String resource = encoded(host + ":443");
            return fields(resource, encoded(sign(resource, expiry, policy)), expiry, policy);
        }
    },
    PYTHON("2021-10-01", "2021-04-12", """
            Host: %2$s
            User-Agent: python/3.11.8 (Linux-x86_64) msrest/0.7.1 azure-iot-hub/2.7.0
            Accept-Encoding: gzip, deflate
            Accept: application/json
            Connection: keep-alive
            Content-Type: application/json; charset=utf-8
            Authorization: %1$s
            """) {
        @Override
        String token(String host, Policy policy) {
            long expiry = expiry();
            String resource = encoded(host);
            // Slashes of base64 stay as they are.
            return fields(resource, encoded(sign(resource, expiry, policy)).replace("%2F", "/"), expiry, policy);
        }
    },
    JAVA("2019-03-31", "2021-04-12", """
            authorization: %s
            Request-Id: 1001
            Accept: application/json
            Content-Type: application/json
            charset: utf-8
            User-Agent: com.microsoft.azure.sdk.iot.iot-service-client/2.1.9
            Host: %s
            Connection: keep-alive
            """);

    private final String provisioningVersion;
    private final String hubVersion;
    private final String head;

    /** @param head a line for each header, with places for token and host */
    ServiceClient(String provisioningVersion, String hubVersion, String head) {
        this.provisioningVersion = provisioningVersion;
        this.hubVersion = hubVersion;
        this.head = head;
    }

    /**
     * A shared access policy, whose name and key sign a token.
     *
     * @param key base64
     */
    record Policy(String name, String key) {
        static Policy of(String connectionString) {
            String[] parts = connectionString.split(";");
            return new Policy(parts[1].split("=", 2)[1], parts[2].split("=", 2)[1]);
        }
    }

    /** Asks the provisioning service. */
    Answer provisioning(HttpPeer peer, Policy policy, String method, String path, String more, String body)
            throws IOException {
        return send(peer, method, target(path, provisioningVersion), policy, more, body);
    }

    /** Asks a hub. */
    Answer hub(HttpPeer peer, Policy policy, String method, String path, String more, String body) throws IOException {
        return send(peer, method, target(path, hubVersion), policy, more, body);
    }

    private static String target(String path, String version) {
        return path + (path.contains("?") ? '&' : '?') + "api-version=" + version;
    }

    /** A GET has no length, but Java's and C's do. */
    private Answer send(HttpPeer peer, String method, String target, Policy policy, String more, String body)
            throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        boolean withLength = length > 0 || method.equals("POST") || this == C || this == JAVA;
        String lines = head.formatted("SharedAccessSignature " + token(TestServer.HOST, policy), TestServer.HOST)
                + (more.isEmpty() ? "" : more + "\n")
                + (withLength ? "Content-Length: " + length + "\n" : "");
        peer.send(method + " " + target + " HTTP/1.1\r\n" + lines.replace("\n", "\r\n") + "\r\n" + body);
        return peer.answer().orElseThrow(() -> new AssertionError("hung up instead of an answer"));
    }

    /** The fields of a token. */
    String token(String host, Policy policy) {
        long expiry = expiry();
        String resource = encoded(host);
        return fields(resource, encoded(sign(resource, expiry, policy)), expiry, policy);
    }

    private static String fields(String resource, String signature, long expiry, Policy policy) {
        return "sr=" + resource + "&sig=" + signature + "&se=" + expiry + "&skn=" + policy.name();
    }

    private static long expiry() {
        return Instant.now().plusSeconds(600).getEpochSecond();
    }

    private static String sign(String resource, long expiry, Policy policy) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(policy.key()), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Of base64, in which three characters are escaped. */
    private static String lowerCaseEscapes(String encoded) {
        return encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
    }
}
