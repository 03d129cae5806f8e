package dev.muster.query;

import java.util.List;

/** What stands between the keywords of a query. Immutable; equal if written alike. */
sealed interface Expression {
    record Literal(Value value) implements Expression {}

    /** The way to a value inside of a document: names of members, and places in arrays, which look like numbers. */
    record Path(List<String> steps) implements Expression {}

    record Comparison(Comparator comparator, Expression left, Expression right) implements Expression {}

    record Arithmetic(Operator operator, Expression left, Expression right) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Not(Expression operand) implements Expression {}

    record In(Expression operand, List<Value> list) implements Expression {}

    record IsDefined(Path path) implements Expression {}

    /** How two values may relate. */
    enum Comparator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL
    }

    /** What can be done to two numbers. */
    enum Operator {
        PLUS,
        MINUS,
        TIMES,
        DIVIDED_BY,
        MODULO
    }
}
