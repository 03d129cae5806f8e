package dev.muster.query;

import dev.muster.base.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question about documents of plain JSON values, in the language of the service APIs. Immutable.
 *
 * @see <a href="https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-query-language">IoT Hub: query language</a>
 */
public final class Query {
    /** As long as IoT Hub takes, in UTF-16 units. */
    public static final int MAX_LENGTH = 8192;

    static final Query EVERYTHING = new Query(OptionalInt.empty(), Optional.empty(), Optional.empty(), List.of());

    private final OptionalInt top;
    private final Optional<List<Column>> columns;
    private final Optional<Expression> where;
    private final List<Expression> groups;

    /** @param columns empty: whole documents */
    Query(OptionalInt top, Optional<List<Column>> columns, Optional<Expression> where, List<Expression> groups) {
        this.top = top;
        this.columns = columns.map(List::copyOf);
        this.where = where;
        this.groups = List.copyOf(groups);
        if (isAggregate()) {
            checkGrouped();
        }
    }

    /**
     * @param text {@code SELECT ...}, or {@code *}, which asks for everything
     * @param collection what the query may be from, if it says what
     * @throws Refusal INVALID_ARGUMENT, saying where and what was expected
     */
    public static Query parse(String text, String collection) {
        if (text.length() > MAX_LENGTH) {
            throw SyntaxError.of("A query may have " + MAX_LENGTH + " characters.");
        }
        return new Parser(Lexer.tokens(text), collection).query();
    }

    /** The query that selects all documents. */
    public static Query everything() {
        return EVERYTHING;
    }

    /** How many results there may be in all. */
    public OptionalInt top() {
        return top;
    }

    /** Whether each result is a whole document. */
    public boolean selectsDocuments() {
        return columns.isEmpty();
    }

    /** Whether every document is selected. */
    public boolean selectsAll() {
        return where.isEmpty();
    }

    /** The texts of which a member must be one in every document that is selected; empty where it may be anything. */
    Optional<Set<String>> candidates(String member) {
        return where.flatMap(condition -> Candidates.of(condition, new Expression.Path(List.of(member))));
    }

    /** Whether results are made of several documents; then {@link #aggregation} makes them. */
    public boolean isAggregate() {
        return !groups.isEmpty()
                || columns.stream().flatMap(List::stream).anyMatch(column -> column instanceof Column.Aggregate);
    }

    /** Whether a document is selected: what is neither true nor false does not select. */
    public boolean selects(Map<String, Object> document) {
        return where.map(condition -> Evaluator.value(condition, document).isTrue())
                .orElse(true);
    }

    /** What the query wants to know of a document; what is undefined is left out. */
    public Map<String, Object> project(Map<String, Object> document) {
        if (columns.isEmpty()) {
            return document;
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        for (Column column : columns.get()) {
            if (column instanceof Column.Single(String name, Expression expression)) {
                Value value = Evaluator.value(expression, document);
                if (value.isDefined()) {
                    result.put(name, value.json());
                }
            }
        }
        return result;
    }

    /** A new one, to which the selected documents are added. */
    public Aggregation aggregation() {
        return new Aggregation(columns.orElseThrow(), groups);
    }

    private void checkGrouped() {
        List<Column> selected = columns.orElseThrow(
                () -> SyntaxError.of("SELECT * goes with no GROUP BY; name what is grouped by, or COUNT()."));
        for (Column column : selected) {
            if (column instanceof Column.Single(String name, Expression expression) && !groups.contains(expression)) {
                throw SyntaxError.of("'" + name + "' is selected beside groups, and so must be grouped by, or be in"
                        + " COUNT, AVG, SUM, MIN or MAX.");
            }
        }
    }
}
