package dev.muster.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.query.Aggregation;
import dev.muster.query.Query;
import dev.muster.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The query language, compared with SQLite's evaluation of the same questions about the same documents. */
class QueryReferenceTest {
    private static final int ROUNDS = 60;
    private static final int QUERIES = 100;
    private static final int DOCUMENTS = 40;

    private final long seed = Long.getLong("query.seed", 20_26L);
    private final RandomQueries random = new RandomQueries(new Random(seed));

    @Test
    void conditions_selectWhatSqlSelects() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Map<String, Object>> documents = fill(connection);
                for (int i = 0; i < QUERIES; i++) {
                    RandomQueries.Term condition = random.condition(3);

                    assertThat(selected(documents, condition))
                            .as("seed %d: WHERE %s, in SQL %s", seed, condition.text(), condition.truth())
                            .isEqualTo(selected(connection, condition));
                }
            }
        }
    }

    @Test
    void groups_areWhatSqlMakesOfThem() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Map<String, Object>> documents = fill(connection);
                for (int i = 0; i < QUERIES / 10; i++) {
                    RandomQueries.Term condition = random.condition(1);
                    RandomQueries.Term by = random.sum(1);
                    RandomQueries.Term of = random.sum(1);

                    assertThat(grouped(documents, condition, by, of))
                            .as("seed %d: WHERE %s GROUP BY %s OF %s", seed, condition.text(), by.text(), of.text())
                            .isEqualTo(grouped(connection, condition, by, of));
                }
            }
        }
    }

    private List<Map<String, Object>> fill(Connection connection) throws SQLException {
        List<Map<String, Object>> documents = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS documents");
            statement.execute("CREATE TABLE documents (id INTEGER PRIMARY KEY, document TEXT)");
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO documents VALUES (?, ?)")) {
            for (int id = 0; id < DOCUMENTS; id++) {
                String json = random.document();
                documents.add(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
                insert.setInt(1, id);
                insert.setString(2, json);
                insert.execute();
            }
        }
        return documents;
    }

    private static List<Integer> selected(List<Map<String, Object>> documents, RandomQueries.Term condition) {
        Query query = Query.parse("SELECT * FROM documents WHERE " + condition.text(), "documents");
        List<Integer> selected = new ArrayList<>();
        for (int id = 0; id < documents.size(); id++) {
            if (query.selects(documents.get(id))) {
                selected.add(id);
            }
        }
        return selected;
    }

    private static List<Integer> selected(Connection connection, RandomQueries.Term condition) throws SQLException {
        List<Integer> selected = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT id FROM documents WHERE " + condition.truth() + " ORDER BY id")) {
            while (rows.next()) {
                selected.add(rows.getInt(1));
            }
        }
        return selected;
    }

    private static Map<Object, Object> grouped(
            List<Map<String, Object>> documents,
            RandomQueries.Term condition,
            RandomQueries.Term by,
            RandomQueries.Term of) {
        Query query = Query.parse(
                "select %2$s as by, count() as n, sum(%3$s) as sum, avg(%3$s) as mean, min(%3$s) as least, max(%3$s) as most"
                                .formatted(condition.text(), by.text(), of.text())
                        + " where " + condition.text() + " group by " + by.text(),
                "documents");
        Aggregation aggregation = query.aggregation();
        documents.stream().filter(query::selects).forEach(aggregation::add);
        Map<Object, Object> groups = new HashMap<>();
        for (Map<String, Object> result : aggregation.results()) {
            Map<String, Object> rest = new LinkedHashMap<>();
            result.forEach((name, value) -> rest.put(name, value == null ? "null" : normal(value)));
            Object key = result.containsKey("by") ? List.of(String.valueOf(rest.remove("by"))) : List.of();
            groups.put(key, rest);
        }
        return groups;
    }

    private static Map<Object, Object> grouped(
            Connection connection, RandomQueries.Term condition, RandomQueries.Term by, RandomQueries.Term of)
            throws SQLException {
        String number = "CASE WHEN " + of.type() + " = 'number' THEN " + of.value() + " END";
        String sql = "SELECT " + by.type() + ", " + by.value() + ", COUNT(*), TOTAL(" + number + "), AVG(" + number
                + "), MIN(" + number + "), MAX(" + number + ") FROM documents WHERE " + condition.truth()
                + " GROUP BY 1, CASE WHEN " + by.type() + " IS NOT NULL THEN " + by.value() + " END";
        Map<Object, Object> groups = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                Map<String, Object> rest = new LinkedHashMap<>();
                put(rest, "n", rows.getObject(3));
                put(rest, "sum", rows.getObject(4));
                put(rest, "mean", rows.getObject(5));
                put(rest, "least", rows.getObject(6));
                put(rest, "most", rows.getObject(7));
                groups.put(key(rows.getString(1), rows.getObject(2)), rest);
            }
        }
        return groups;
    }

    private static Object key(@Nullable String type, @Nullable Object value) {
        if (type == null) {
            return List.of();
        }
        if (type.equals("truth")) {
            return List.of(String.valueOf("1".equals(String.valueOf(value))));
        }
        return List.of(value == null ? "null" : String.valueOf(normal(value)));
    }

    private static void put(Map<String, Object> row, String name, @Nullable Object value) {
        if (value != null) {
            row.put(name, normal(value));
        }
    }

    private static Object normal(Object value) {
        return switch (value) {
            // There are two zeros.
            case Number number -> number.doubleValue() + 0.0;
            case Map<?, ?> object -> new String(Json.print(object), StandardCharsets.UTF_8);
            case List<?> array -> new String(Json.print(array), StandardCharsets.UTF_8);
            default -> value;
        };
    }
}
