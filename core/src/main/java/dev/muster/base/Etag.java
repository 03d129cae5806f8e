package dev.muster.base;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The version mark of a stored entity: an opaque text without quotes. Clients send it back with or without quotes (RFC
 * 9110 section 8.8.3 asks for them, several SDKs leave them out), so they are taken off on the way in.
 */
public record Etag(String value) {
    public Etag {
        value = unquoted(value);
    }

    /** A fresh one, 64 random bits. */
    public static Etag random(RandomGenerator random) {
        return new Etag(HexFormat.of().toHexDigits(random.nextLong()));
    }

    private static String unquoted(String text) {
        String trimmed = text.strip();
        return trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"")
                ? trimmed.substring(1, trimmed.length() - 1)
                : trimmed;
    }
}
