package dev.muster.cli.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A service's connection string.
 *
 * @param key base64, a secret
 */
record ConnectionString(String hostName, String keyName, String key) {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

    static ConnectionString parse(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(";")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        String hostName = fields.get("HostName");
        String keyName = fields.get("SharedAccessKeyName");
        String key = fields.get("SharedAccessKey");
        if (hostName == null || keyName == null || key == null) {
            throw new IllegalArgumentException(
                    "a connection string has HostName, SharedAccessKeyName, SharedAccessKey");
        }
        return new ConnectionString(hostName, keyName, key);
    }

    /** A token for the whole service, good for ten minutes. */
    String token(Instant now) {
        String resource = URLEncoder.encode(hostName, StandardCharsets.UTF_8);
        long expiry = now.plus(TOKEN_LIFE).getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            byte[] signature = mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
            return "SharedAccessSignature sr=" + resource + "&sig="
                    + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8) + "&se="
                    + expiry + "&skn=" + keyName;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "HostName=" + hostName + ";SharedAccessKeyName=" + keyName;
    }
}
