package dev.muster.server.fuzz;

import dev.muster.base.Refusal;
import dev.muster.query.Aggregation;
import dev.muster.query.Query;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The query language. */
final class QueryTarget implements FuzzTarget {
    private static final Map<String, Object> TWIN =
            Map.of("deviceId", "pump-1", "version", 2, "tags", Map.of("floor", 3.5, "a-b", List.of(1, true)));

    @Override
    public List<byte[]> samples() {
        return List.of(
                utf8("*"),
                utf8("SELECT * FROM devices WHERE deviceId IN ['a','b'] AND NOT (tags.floor + 1 >= -2e3 OR x = null)"),
                utf8("select top 5 deviceId as id, tags['a-b'][0] % 2 from devices where is_defined(tags.x) or true"),
                utf8(
                        "SELECT tags.floor, COUNT() AS n, AVG(version) FROM devices WHERE a NIN (`x`,\"y\") GROUP BY tags.floor"));
    }

    @Override
    public void take(byte[] input) {
        try {
            Query query = Query.parse(new String(input, StandardCharsets.UTF_8), "devices");
            query.selects(TWIN);
            if (query.isAggregate()) {
                Aggregation aggregation = query.aggregation();
                aggregation.add(TWIN);
                aggregation.results();
            } else {
                query.project(TWIN);
            }
        } catch (Refusal refusal) {
            // As it should.
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
