package dev.muster.query;

/**
 * A word of a query.
 *
 * @param text as written; of a literal text what is between the quotes, of the end nothing
 * @param at where it begins, counted from 1
 */
record Token(Kind kind, String text, int at) {
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SYMBOL,
        END
    }

    /** Keywords are names that stand where only they can, in any case. */
    boolean isKeyword(String keyword) {
        return kind == Kind.NAME && text.equalsIgnoreCase(keyword);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** How an error names it. */
    String title() {
        return switch (kind) {
            case NAME, NUMBER, SYMBOL -> "'" + text + "'";
            case TEXT -> "a text";
            case END -> "the end";
        };
    }
}
