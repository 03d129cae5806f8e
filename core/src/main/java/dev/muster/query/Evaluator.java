package dev.muster.query;

import dev.muster.query.Expression.Comparator;
import dev.muster.query.Expression.Operator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What expressions come to. What is not there is undefined, so is what cannot be compared or calculated, and so is all
 * that depends on it. Stateless.
 */
final class Evaluator {
    private static final Value UNDEFINED = new Value.Undefined();
    private static final Value TRUE = new Value.Truth(true);
    private static final Value FALSE = new Value.Truth(false);

    private Evaluator() {}

    static Value value(Expression expression, Map<String, Object> document) {
        return switch (expression) {
            case Expression.Literal(Value value) -> value;
            case Expression.Path(List<String> steps) -> follow(steps, document);
            case Expression.IsDefined(Expression.Path(List<String> steps)) ->
                truth(follow(steps, document).isDefined());
            case Expression.Comparison(Comparator comparator, Expression left, Expression right) ->
                compare(comparator, value(left, document), value(right, document));
            case Expression.Arithmetic(Operator operator, Expression left, Expression right) ->
                calculate(operator, value(left, document), value(right, document));
            case Expression.In(Expression operand, List<Value> list) -> in(value(operand, document), list);
            case Expression.Not(Expression operand) -> not(value(operand, document));
            case Expression.And(Expression left, Expression right) ->
                not(or(not(value(left, document)), not(value(right, document))));
            case Expression.Or(Expression left, Expression right) -> or(value(left, document), value(right, document));
        };
    }

    private static Value follow(List<String> steps, Object document) {
        Object value = document;
        for (String step : steps) {
            switch (value) {
                case Map<?, ?> object when object.containsKey(step) -> value = object.get(step);
                case List<?> array when place(step) < array.size() -> value = array.get(place(step));
                case null, default -> {
                    return UNDEFINED;
                }
            }
        }
        return Value.of(value);
    }

    /** Beyond every array where it is no number. */
    private static int place(String step) {
        boolean number = !step.isEmpty() && step.length() < 10 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Integer.parseInt(step) : Integer.MAX_VALUE;
    }

    private static Value compare(Comparator comparator, Value left, Value right) {
        OptionalInt compared = left.compare(right);
        if (compared.isEmpty()) {
            return UNDEFINED;
        }
        int order = compared.getAsInt();
        return truth(
                switch (comparator) {
                    case EQUAL -> order == 0;
                    case NOT_EQUAL -> order != 0;
                    case LESS -> order < 0;
                    case LESS_OR_EQUAL -> order <= 0;
                    case GREATER -> order > 0;
                    case GREATER_OR_EQUAL -> order >= 0;
                });
    }

    private static Value calculate(Operator operator, Value left, Value right) {
        if (!(left instanceof Value.Numeric a) || !(right instanceof Value.Numeric b)) {
            return UNDEFINED;
        }
        return Value.Numeric.of(
                switch (operator) {
                    case PLUS -> a.value() + b.value();
                    case MINUS -> a.value() - b.value();
                    case TIMES -> a.value() * b.value();
                    case DIVIDED_BY -> a.value() / b.value();
                    case MODULO -> a.value() % b.value();
                });
    }

    private static Value in(Value operand, List<Value> list) {
        Value found = FALSE;
        for (Value member : list) {
            found = or(found, compare(Comparator.EQUAL, operand, member));
        }
        return found;
    }

    private static Value not(Value operand) {
        return operand instanceof Value.Truth(boolean value) ? truth(!value) : UNDEFINED;
    }

    private static Value or(Value left, Value right) {
        if (left.isTrue() || right.isTrue()) {
            return TRUE;
        }
        return left instanceof Value.Truth && right instanceof Value.Truth ? FALSE : UNDEFINED;
    }

    private static Value truth(boolean value) {
        return value ? TRUE : FALSE;
    }
}
