package dev.muster.query;

import dev.muster.base.Refusal;

/** How a query is refused. Stateless. */
final class SyntaxError {
    private SyntaxError() {}

    /** @param position counted from 1 */
    static Refusal at(int position, String problem) {
        return of("Query, character " + position + ": " + problem + ".");
    }

    static Refusal of(String problem) {
        return new Refusal(Refusal.Reason.INVALID_ARGUMENT, problem);
    }
}
