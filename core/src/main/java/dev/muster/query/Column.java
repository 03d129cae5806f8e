package dev.muster.query;

import java.util.Optional;

/** One of the things that a query selects. Immutable. */
sealed interface Column {
    /** What it is called in the result. */
    String name();

    /** Taken from each document, or from each group. */
    record Single(String name, Expression expression) implements Column {}

    /** Made of all documents of a group. */
    record Aggregate(String name, Function function, Optional<Expression> operand) implements Column {}

    /** How many become one. */
    enum Function {
        COUNT,
        AVG,
        SUM,
        MIN,
        MAX
    }
}
