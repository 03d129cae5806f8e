package dev.muster.conformance.harness;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shared access signatures as Azure's page builds them, apart from the product's own code. Stateless.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-dev-guide-sas">IoT Hub: control access with SAS</a>
 */
public final class HubToken {
    private HubToken() {}

    /**
     * @param resource such as {@code hub/devices/id}
     * @param key base64
     * @return a token of one hour
     */
    public static String of(String resource, String key) {
        return of(resource, key, Duration.ofHours(1));
    }

    /** @param lifetime negative for a token that has expired */
    public static String of(String resource, String key, Duration lifetime) {
        String encoded = URLEncoder.encode(resource, StandardCharsets.UTF_8);
        long expiry = Instant.now().plus(lifetime).getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            byte[] signature = mac.doFinal((encoded + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
            return "SharedAccessSignature sr=%s&sig=%s&se=%d"
                    .formatted(
                            encoded,
                            URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8),
                            expiry);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
