package dev.muster.base;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The version mark of a stored entity: an opaque text without quotes. Clients send it back with or without quotes (RFC
 * 9110 section 8.8.3 asks for them, several SDKs leave them out), so they are taken off on the way in.
 */
public record Etag(String value) {
    private static final int CONTENT_BYTES = 8;

    public Etag {
        value = unquoted(value);
    }

    /** A fresh one, 64 random bits. */
    public static Etag random(RandomGenerator random) {
        return new Etag(HexFormat.of().toHexDigits(random.nextLong()));
    }

    /** One that changes with a content. It may be made of secrets: so few bytes of a hash tell nothing of them. */
    public static Etag ofContent(String content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return new Etag(HexFormat.of().formatHex(hash, 0, CONTENT_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String unquoted(String text) {
        String trimmed = text.strip();
        return trimmed.length() >= 2 && trimmed.startsWith("\"") && trimmed.endsWith("\"")
                ? trimmed.substring(1, trimmed.length() - 1)
                : trimmed;
    }
}
