package dev.muster.server.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Texts of the form {@code key=value&key=value}, which user names and topics of both services end in. */
final class Query {
    private Query() {}

    /**
     * The pairs as they were sent, in their order. A key without a value has the empty one; the first of a key counts.
     */
    static Map<String, String> parse(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals >= 0) {
                pairs.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (!pair.isEmpty()) {
                pairs.putIfAbsent(pair, "");
            }
        }
        return pairs;
    }

    /**
     * Decodes percent escapes (RFC 3986 section 2.1). What is no escape stays as it is, since the C SDK encodes nothing
     * unless told to.
     */
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                decoded.write((high << 4) | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
