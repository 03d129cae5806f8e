package dev.muster.base;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A parsed shared access signature. The resource is kept exactly as it was sent, since clients sign their own spelling
 * of it (raw, {@code %2F}, {@code %2f} or lower-cased).
 *
 * @param resource the {@code sr} field, byte for byte
 * @param signature the decoded {@code sig} field
 * @param expiry the {@code se} field, exactly as it was sent
 * @param keyName the {@code skn} field; empty when it was absent or empty
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-dev-guide-sas">IoT Hub: control access with SAS</a>
 */
public record SasToken(String resource, byte[] signature, String expiry, Optional<String> keyName) {
    private static final String SCHEME = "SharedAccessSignature";
    private static final int MAX_LENGTH = 4096;

    /**
     * @param text {@code SharedAccessSignature sr=...&sig=...&se=...[&skn=...]}, fields in any order
     * @throws Refusal UNAUTHORIZED when it is not of that form
     */
    public static SasToken parse(String text) {
        String trimmed = text.strip();
        if (trimmed.length() > MAX_LENGTH || !trimmed.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw malformed("the token does not start with '" + SCHEME + "' or is too long");
        }
        Map<String, String> fields = new HashMap<>();
        for (String field : trimmed.substring(SCHEME.length()).strip().split("&")) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals).strip().toLowerCase(Locale.ROOT), field.substring(equals + 1));
            }
        }
        String resource = fields.get("sr");
        String signature = fields.get("sig");
        String expiry = fields.get("se");
        if (resource == null || signature == null || expiry == null) {
            throw malformed("the token lacks sr, sig or se");
        }
        try {
            Long.parseLong(expiry);
            return new SasToken(
                    resource,
                    Base64.getDecoder().decode(decode(signature)),
                    expiry,
                    Optional.ofNullable(fields.get("skn")).map(SasToken::decode).filter(name -> !name.isEmpty()));
        } catch (IllegalArgumentException e) {
            throw malformed("se is not a number of seconds, or sig is not base64");
        }
    }

    /**
     * One made here.
     *
     * @param key not empty
     */
    public static SasToken sign(String resource, Instant expires, byte[] key) {
        String expiry = Long.toString(expires.getEpochSecond());
        return new SasToken(resource, hmac(key, signed(resource, expiry)), expiry, Optional.empty());
    }

    /** The resource in plain letters: percent escapes decoded, lower case, without scheme, port or trailing slash. */
    public String audience() {
        String plain;
        try {
            plain = decode(resource).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw malformed("sr is not well-formed");
        }
        plain = plain.replaceFirst("^[a-z]+://", "").replaceFirst("^([^/:]+):\\d+", "$1");
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    public Instant expires() {
        return Instant.ofEpochSecond(
                Math.clamp(Long.parseLong(expiry), Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()));
    }

    /**
     * Whether this token was signed with the key: HMAC-SHA256 over the resource as sent, a line feed and the expiry.
     *
     * @param base64Key a key as Azure prints it
     */
    public boolean isSignedWith(String base64Key) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64Key);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (key.length == 0) {
            return false;
        }
        return MessageDigest.isEqual(hmac(key, signed(resource, expiry)), signature);
    }

    /** HMAC-SHA256, which also derives a device's key from its group's. */
    public static byte[] hmac(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** Signatures are secrets, so the text form leaves this one's out. */
    @Override
    public String toString() {
        return SCHEME + " sr=" + resource + "&se=" + expiry;
    }

    private static byte[] signed(String resource, String expiry) {
        return (resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        // A raw '+' is a base64 digit here and never a space.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Refusal malformed(String rule) {
        return new Refusal(
                Refusal.Reason.UNAUTHORIZED,
                "Unauthorized",
                new Explanation("shared access signature", rule, "let the SDK build the token"));
    }
}
