package dev.muster.server.wire;

import dev.muster.base.Refusal;
import java.util.regex.Pattern;

/**
 * Texts of strangers made fit for one line of a log: short, without control characters, and without the secrets of a
 * token or a connection string, which some send in the wrong place.
 */
public final class LogText {
    private static final int MAX_LENGTH = 500;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern SECRET = Pattern.compile("(?i)\\b(sig|SharedAccessKey)=[^&;\\s]+");

    private LogText() {}

    public static String of(String text) {
        String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return SECRET.matcher(CONTROL.matcher(start).replaceAll("?")).replaceAll("$1=...");
    }

    /** For the owner: the explanation if there is one. */
    public static String of(Refusal refusal) {
        return of(refusal.explanation().map(Object::toString).orElseGet(refusal::text));
    }
}
