package dev.muster.server.wire;

import dev.muster.base.Refusal;

/** Texts of strangers made fit for one line of a log. */
public final class LogText {
    private static final int MAX_LENGTH = 500;

    private LogText() {}

    public static String of(String text) {
        String start = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return start.replaceAll("\\p{Cntrl}", "?");
    }

    /** For the owner: the explanation if there is one. */
    public static String of(Refusal refusal) {
        return of(refusal.explanation().map(Object::toString).orElseGet(refusal::text));
    }
}
