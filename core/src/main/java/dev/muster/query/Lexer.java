package dev.muster.query;

import dev.muster.query.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a query into words. Confined to one thread. */
final class Lexer {
    private static final String QUOTES = "'\"`";
    private static final List<String> SYMBOLS =
            List.of("!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "*", "+", "-", "/", "%");

    private final String query;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String query) {
        this.query = query;
    }

    /** @throws dev.muster.base.Refusal INVALID_ARGUMENT */
    static List<Token> tokens(String query) {
        return new Lexer(query).cut();
    }

    private List<Token> cut() {
        while (at < query.length()) {
            char next = query.charAt(at);
            if (Character.isWhitespace(next)) {
                at++;
            } else if (QUOTES.indexOf(next) >= 0) {
                text(next);
            } else if (isDigit(next)) {
                number();
            } else if (isStartOfName(next)) {
                name();
            } else {
                symbol();
            }
        }
        tokens.add(new Token(Kind.END, "", at + 1));
        return List.copyOf(tokens);
    }

    /** A quote in a text is written twice, or after a backslash, as is a backslash then. */
    private void text(char quote) {
        int start = at++;
        StringBuilder text = new StringBuilder();
        while (at < query.length()) {
            char next = query.charAt(at++);
            boolean more = at < query.length();
            if (next == '\\' && more && (query.charAt(at) == quote || query.charAt(at) == '\\')) {
                text.append(query.charAt(at++));
            } else if (next == quote && more && query.charAt(at) == quote) {
                text.append(query.charAt(at++));
            } else if (next == quote) {
                tokens.add(new Token(Kind.TEXT, text.toString(), start + 1));
                return;
            } else {
                text.append(next);
            }
        }
        throw SyntaxError.at(start + 1, "this text has no closing " + quote);
    }

    private void number() {
        int start = at;
        digits();
        if (at + 1 < query.length() && query.charAt(at) == '.' && isDigit(query.charAt(at + 1))) {
            at++;
            digits();
        }
        if (at < query.length() && (query.charAt(at) | 0x20) == 'e') {
            int exponent = at++;
            if (at < query.length() && "+-".indexOf(query.charAt(at)) >= 0) {
                at++;
            }
            int first = at;
            digits();
            if (at == first) {
                at = exponent;
            }
        }
        tokens.add(new Token(Kind.NUMBER, query.substring(start, at), start + 1));
    }

    private void digits() {
        while (at < query.length() && isDigit(query.charAt(at))) {
            at++;
        }
    }

    private void name() {
        int start = at;
        while (at < query.length() && (isStartOfName(query.charAt(at)) || isDigit(query.charAt(at)))) {
            at++;
        }
        tokens.add(new Token(Kind.NAME, query.substring(start, at), start + 1));
    }

    private void symbol() {
        for (String symbol : SYMBOLS) {
            if (query.startsWith(symbol, at)) {
                tokens.add(new Token(Kind.SYMBOL, symbol, at + 1));
                at += symbol.length();
                return;
            }
        }
        throw SyntaxError.at(at + 1, "this character means nothing in a query");
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isStartOfName(char character) {
        return Character.isLetter(character) || character == '_' || character == '$';
    }
}
