package dev.muster.query;

import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes groups of documents, and counts and sums within them. Confined to one thread. */
public final class Aggregation {
    /** As many results as the largest page has. */
    static final int MAX_GROUPS = 1000;

    private final List<Column> columns;
    private final List<Expression> by;
    private final Map<List<Value>, List<Tally>> groups = new LinkedHashMap<>();

    Aggregation(List<Column> columns, List<Expression> by) {
        this.columns = columns;
        this.by = by;
        if (by.isEmpty()) {
            // All documents are one group, even if there is none.
            groups.put(List.of(), tallies());
        }
    }

    /** What a column knows of its group so far. */
    private static final class Tally {
        private final DoubleSummaryStatistics numbers = new DoubleSummaryStatistics();
        private long defined;

        void add(Value value) {
            if (value.isDefined()) {
                defined++;
            }
            if (value instanceof Value.Numeric number) {
                numbers.accept(number.value());
            }
        }

        /** Of no number there is a sum, and neither average nor extremes. */
        Value result(Column.Function function) {
            boolean any = numbers.getCount() > 0;
            return switch (function) {
                case COUNT -> Value.Numeric.of((double) defined);
                case SUM -> Value.Numeric.of(numbers.getSum());
                case AVG -> any ? Value.Numeric.of(numbers.getAverage()) : new Value.Undefined();
                case MIN -> any ? Value.Numeric.of(numbers.getMin()) : new Value.Undefined();
                case MAX -> any ? Value.Numeric.of(numbers.getMax()) : new Value.Undefined();
            };
        }
    }

    /**
     * Takes a document in.
     *
     * @throws Refusal INVALID_ARGUMENT when there are more groups than one answer may have
     */
    public void add(Map<String, Object> document) {
        List<Value> key = by.stream()
                .map(expression -> Evaluator.value(expression, document))
                .map(Aggregation::normal)
                .toList();
        List<Tally> tallies = groups.get(key);
        if (tallies == null) {
            if (groups.size() == MAX_GROUPS) {
                throw SyntaxError.of("The query makes more than " + MAX_GROUPS + " groups; narrow it with WHERE.");
            }
            tallies = tallies();
            groups.put(key, tallies);
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) instanceof Column.Aggregate column) {
                Optional<Value> value = column.operand().map(operand -> Evaluator.value(operand, document));
                // What is of nothing counts every document.
                tallies.get(i).add(value.orElseGet(Value.Null::new));
            }
        }
    }

    /** One for each group, those first whose first document came first. What is undefined is left out. */
    public List<Map<String, Object>> results() {
        List<Map<String, Object>> results = new ArrayList<>();
        groups.forEach((key, tallies) -> results.add(result(key, tallies)));
        return results;
    }

    private Map<String, Object> result(List<Value> key, List<Tally> tallies) {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Value value = switch (columns.get(i)) {
                case Column.Single column -> key.get(by.indexOf(column.expression()));
                case Column.Aggregate column -> tallies.get(i).result(column.function());
            };
            if (value.isDefined()) {
                result.put(columns.get(i).name(), value.json());
            }
        }
        return result;
    }

    private List<Tally> tallies() {
        return columns.stream().map(_ -> new Tally()).toList();
    }

    /** Equal numbers make one group, whatever their types. */
    private static Value normal(Value value) {
        return value instanceof Value.Numeric number ? Value.Numeric.of(number.value()) : value;
    }
}
