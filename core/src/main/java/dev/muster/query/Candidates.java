package dev.muster.query;

import dev.muster.query.Expression.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a condition says of one member before it is evaluated: which texts it may be at all. Stateless. */
final class Candidates {
    private Candidates() {}

    /** The texts of which the member must be one where the condition is true; empty where it may be anything. */
    static Optional<Set<String>> of(Expression condition, Expression.Path member) {
        return switch (condition) {
            case Expression.Comparison(Comparator comparator, Expression left, Expression right) ->
                comparator == Comparator.EQUAL
                        ? equal(left, right, member).or(() -> equal(right, left, member))
                        : Optional.empty();
            case Expression.In(Expression operand, List<Value> list) -> among(operand, list, member);
            case Expression.And(Expression left, Expression right) -> both(of(left, member), of(right, member));
            case Expression.Or(Expression left, Expression right) -> either(of(left, member), of(right, member));
            case Expression.Literal _,
                    Expression.Path _,
                    Expression.Arithmetic _,
                    Expression.Not _,
                    Expression.IsDefined _ -> Optional.empty();
        };
    }

    private static Optional<Set<String>> equal(Expression one, Expression other, Expression.Path member) {
        return other instanceof Expression.Literal(Value value) ? among(one, List.of(value), member) : Optional.empty();
    }

    private static Optional<Set<String>> among(Expression operand, List<Value> list, Expression.Path member) {
        return operand.equals(member) && list.stream().allMatch(Value.Text.class::isInstance)
                ? Optional.of(list.stream()
                        .map(Value.Text.class::cast)
                        .map(Value.Text::value)
                        .collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static Optional<Set<String>> both(Optional<Set<String>> left, Optional<Set<String>> right) {
        return left.map(texts -> {
                    Set<String> common = new HashSet<>(texts);
                    right.ifPresent(common::retainAll);
                    return common;
                })
                .or(() -> right);
    }

    private static Optional<Set<String>> either(Optional<Set<String>> left, Optional<Set<String>> right) {
        return left.flatMap(some -> right.map(more -> {
            Set<String> all = new HashSet<>(some);
            all.addAll(more);
            return all;
        }));
    }
}
