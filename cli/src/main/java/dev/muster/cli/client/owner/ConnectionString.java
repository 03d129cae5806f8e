package dev.muster.cli.client.owner;

import dev.muster.base.Explanation;
import dev.muster.base.Refusal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A service's connection string.
 *
 * @param hostName with a port where it is not 443, which Azure's never have
 * @param key base64, a secret
 */
public record ConnectionString(String hostName, String keyName, String key) {
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}(:\\d{1,5})?");
    private static final int MAX_LENGTH = 1024;

    /**
     * @param text {@code HostName=...;SharedAccessKeyName=...;SharedAccessKey=...}
     * @param source what to call the text in a refusal, such as the file that it was in
     * @throws Refusal INVALID_ARGUMENT
     */
    public static ConnectionString parse(String text, String source) {
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field : text.strip().split(";")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(
                        field.substring(0, equals).strip(),
                        field.substring(equals + 1).strip());
            }
        }
        if (text.length() > MAX_LENGTH || fields.isEmpty()) {
            throw refused(source, "it is not of the form HostName=...;SharedAccessKeyName=...;SharedAccessKey=...");
        }
        if (fields.containsKey("DeviceId")) {
            throw refused(source, "it is that of a device, which may not manage anything");
        }
        ConnectionString parsed = new ConnectionString(
                required(fields, "HostName", source),
                required(fields, "SharedAccessKeyName", source),
                required(fields, "SharedAccessKey", source));
        if (!HOST_NAME.matcher(parsed.hostName).matches()) {
            throw refused(source, "its HostName is no host name, with or without a port");
        }
        if (!isBase64(parsed.key)) {
            throw refused(source, "its SharedAccessKey is not base64, as a key that is shown masked");
        }
        return parsed;
    }

    /** All of it, a secret. */
    public String text() {
        return this + ";SharedAccessKey=" + key;
    }

    /** What the service is called, without a port. */
    public String host() {
        return hostName.replaceFirst(":\\d+$", "");
    }

    URI base() {
        return URI.create("https://" + hostName);
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

    private static String required(Map<String, String> fields, String name, String source) {
        String value = fields.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw refused(source, "it lacks " + name + "=...");
        }
        return value;
    }

    private static boolean isBase64(String key) {
        try {
            return Base64.getDecoder().decode(key).length > 0;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static Refusal refused(String source, String rule) {
        return new Refusal(
                Refusal.Reason.INVALID_ARGUMENT,
                "The connection string cannot be used.",
                new Explanation(
                        source,
                        rule,
                        "take one that 'muster keys show' prints on its server, or of a shared access policy in Azure's"
                                + " portal"));
    }

    @Override
    public String toString() {
        return "HostName=" + hostName + ";SharedAccessKeyName=" + keyName;
    }
}
