package dev.muster.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static final Map<String, Object> PUMP = Map.of(
            "deviceId",
            "pump-1",
            "status",
            "enabled",
            "tags",
            Map.of("floor", 3, "room-no", "3.14", "quoted", "it's", "nested", List.of(Map.of("a", 1))),
            "properties",
            Map.of("desired", Map.of("rate", 2.5, "on", true), "reported", Map.of("rate", 2)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deviceId = 'pump-1'",
                "deviceId=\"pump-1\" and status <> `disabled`",
                "deviceId IN ['fan-1', 'pump-1']",
                "tags.floor NIN [1, 2, -3]",
                "tags.floor in (3)",
                "tags.floor + 1 * 2 = 5 AND (tags.floor + 1) * 2 = 8",
                "tags.floor % 2 = 1 AND -tags.floor < -2",
                "10 - tags.floor - 2 = 5 AND 12 / tags.floor / 2 = 2",
                "is_defined(tags.floor) AND NOT IS_DEFINED(tags.roof)",
                "properties.desired.rate > properties.reported.rate",
                "properties.desired.on",
                "NOT properties.desired.on OR status = 'enabled'",
                "tags['room-no'] = '3.14' AND tags.nested[0].a = 1",
                "tags.quoted = 'it''s' AND tags.quoted = 'it\\'s'",
                "true OR tags.roof = 1",
                "NOT (false AND tags.roof = 1)"
            })
    void condition_thatIsTrue_selects(String condition) {
        assertThat(query("SELECT * WHERE " + condition).selects(PUMP)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags.roof = 1",
                "tags.roof != 1",
                "NOT tags.roof = 1",
                "tags.roof NIN [1]",
                "deviceId > 5",
                "deviceId != 5",
                "tags = tags",
                "deviceId",
                "1 / 0 = 1 OR 1 / 0 != 1",
                "deviceId + 1 = 1",
                "tags.nested[1].a = 1",
                "tags.roof = null"
            })
    void condition_thatIsUndefined_doesNotSelect(String condition) {
        assertThat(query("SELECT * WHERE " + condition).selects(PUMP)).isFalse();
    }

    @Test
    void nulls_equalEachOther_andNothingElse() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(Collections.singletonMap("a", null));

        assertThat(query("SELECT * WHERE a = null").selects(document)).isTrue();
        assertThat(query("SELECT * WHERE a != null OR a = 0 OR a = false").selects(document))
                .isFalse();
    }

    @Test
    void everything_isAskedForInManyWays() {
        for (String text : List.of("*", "SELECT *", "select * from Devices", " SELECT * FROM devices ")) {
            Query query = query(text);
            assertThat(query.selectsDocuments() && query.selectsAll()).isTrue();
            assertThat(query.project(PUMP)).isSameAs(PUMP);
        }
        assertThat(query("SELECT TOP 5 * FROM devices").top()).hasValue(5);
    }

    @Test
    void projection_namesWhatItSelects() {
        Map<String, Object> result = query("SELECT deviceId, tags.floor AS level, tags.floor + 0.5, tags.roof, 2 * 3")
                .project(PUMP);

        assertThat(result)
                .containsExactly(
                        Map.entry("deviceId", "pump-1"),
                        Map.entry("level", 3),
                        Map.entry("$1", 3.5),
                        Map.entry("$2", 6L));
    }

    @Test
    void groups_areCountedAndSummed() {
        Query query = query("SELECT tags.floor AS floor, COUNT() AS n, COUNT(rate) AS rated, AVG(rate) AS mean,"
                + " SUM(rate) AS sum, MIN(rate) AS least, MAX(rate) AS most FROM devices GROUP BY tags.floor");
        Aggregation aggregation = query.aggregation();

        aggregation.add(Map.of("tags", Map.of("floor", 1), "rate", 2));
        aggregation.add(Map.of("tags", Map.of("floor", 2), "rate", "fast"));
        aggregation.add(Map.of("tags", Map.of("floor", 1.0), "rate", 3));
        aggregation.add(Map.of());

        assertThat(query.isAggregate()).isTrue();
        assertThat(aggregation.results())
                .containsExactly(
                        Map.of("floor", 1L, "n", 2L, "rated", 2L, "mean", 2.5, "sum", 5L, "least", 2L, "most", 3L),
                        Map.of("floor", 2L, "n", 1L, "rated", 1L, "sum", 0L),
                        Map.of("n", 1L, "rated", 0L, "sum", 0L));
    }

    @Test
    void aggregates_withoutGroups_areOneResultEvenOfNothing() {
        assertThat(query("SELECT COUNT() AS total FROM devices").aggregation().results())
                .containsExactly(Map.of("total", 0L));
    }

    @Test
    void groups_areLimited() {
        Aggregation aggregation = query("SELECT COUNT() GROUP BY a").aggregation();
        for (int i = 0; i < Aggregation.MAX_GROUPS; i++) {
            aggregation.add(Map.of("a", i));
        }

        assertThatThrownBy(() -> aggregation.add(Map.of("a", "one more"))).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    ~~                                      | 1  | expected SELECT and found the end
                    DELETE                                  | 1  | expected SELECT and found 'DELETE'
                    SELECT                                  | 7  | expected a value and found the end
                    SELECT * FROM                           | 14 | expected a name and found the end
                    SELECT * FROM enrollments               | 15 | expected devices and found 'enrollments'
                    SELECT * FROM devices LIMIT 5           | 23 | expected WHERE, GROUP BY or the end
                    SELECT * WHERE                          | 15 | expected a value and found the end
                    SELECT * WHERE a =                      | 19 | expected a value and found the end
                    SELECT * WHERE a = 'x                   | 20 | this text has no closing '
                    SELECT * WHERE a = 1 b                  | 22 | expected an operator, GROUP BY or the end and found 'b'
                    SELECT * WHERE (a = 1                   | 22 | expected ')' and found the end
                    SELECT * WHERE a IN 1                   | 21 | expected a list in brackets and found '1'
                    SELECT * WHERE a IN [b]                 | 22 | expected a text, a number, true, false or null
                    SELECT * WHERE a IN [1, 2)              | 26 | expected ']' and found ')'
                    SELECT TOP 0 *                          | 12 | expected a whole number above 0 and found '0'
                    SELECT TOP 1.5 *                        | 12 | expected a whole number above 0
                    SELECT AVG() FROM devices               | 12 | expected what AVG is of and found ')'
                    SELECT a AS 5                           | 13 | expected a name and found '5'
                    SELECT * WHERE a = 1e999                | 20 | this number is too large
                    SELECT * WHERE a ; b                    | 18 | this character means nothing in a query
                    SELECT a, WHERE b                       | 11 | expected a value and found 'WHERE'
                    """)
    void mistake_isSaidWithItsPlace(String text, int position, String problem) {
        assertThatThrownBy(() -> query(text))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.text())
                                .startsWith("Query, character " + position + ": ")
                                .contains(problem));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT * GROUP BY a", "SELECT b, COUNT() GROUP BY a", "SELECT b, COUNT()"})
    void grouping_thatLeavesSomethingOut_isRefused(String text) {
        assertThatThrownBy(() -> query(text)).isInstanceOf(Refusal.class);
    }

    @Test
    void sizes_areCapped() {
        List<String> tooMuch = new ArrayList<>(List.of(
                "SELECT * WHERE " + "(".repeat(33) + "a" + ")".repeat(33),
                "SELECT * WHERE " + "NOT ".repeat(33) + "a",
                "SELECT * WHERE " + "-".repeat(33) + "1 = 1",
                "SELECT * WHERE a = 1" + " + 1".repeat(500),
                "SELECT * WHERE a = '" + "x".repeat(Query.MAX_LENGTH) + "'"));

        assertThat(tooMuch)
                .allSatisfy(text -> assertThatThrownBy(() -> query(text)).isInstanceOf(Refusal.class));
    }

    private static Query query(String text) {
        return Query.parse(text, "devices");
    }
}
