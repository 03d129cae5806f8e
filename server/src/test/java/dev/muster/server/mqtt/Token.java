package dev.muster.server.mqtt;

import dev.muster.base.SasToken;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Shared access signatures of devices that all have the same key. */
final class Token {
    static final String KEY = Base64.getEncoder().encodeToString("0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    private Token() {}

    static String of(String deviceId) {
        return forResource(Service.HUB + "%2Fdevices%2F" + deviceId);
    }

    static String forResource(String resource) {
        long expiry = Instant.now().getEpochSecond() + 24 * 3600;
        byte[] signature = SasToken.hmac(
                Base64.getDecoder().decode(KEY), (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return "SharedAccessSignature sr=" + resource + "&sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8) + "&se="
                + expiry;
    }
}
