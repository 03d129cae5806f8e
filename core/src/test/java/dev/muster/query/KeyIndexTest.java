package dev.muster.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.base.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered by key is what would be answered by looking at everything. */
class KeyIndexTest {
    private static final List<String> IDS = List.of("a", "b", "B", "c", "d", "e", "f", "g");

    private final TreeMap<String, Map<String, Object>> stored = new TreeMap<>();
    private final Set<String> looked = new HashSet<>();
    private final KeyIndex<Map<String, Object>> index = new KeyIndex<>("id", KeyIndexTest::key, this::find);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "id = 'a'|a",
                "'a' = id|a",
                "id IN ['a', 'b']|a,b",
                "(id = 'a' OR id = 'b') AND n = 1|a,b",
                "n = 1 AND id IN ['a', 'b'] AND id IN ['b', 'c']|b",
                "id = 'a' AND id = 'b'|\"\"",
                "NOT (n = 1) AND id = 'a'|a"
            })
    void condition_thatNamesKeys_isBoundedByThem(String condition, String keys) {
        assertThat(Query.parse("SELECT * WHERE " + condition, "things").candidates("id"))
                .hasValueSatisfying(found -> assertThat(
                                String.join(",", found.stream().sorted().toList()))
                        .isEqualTo(keys));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id <> 'a'",
                "NOT id = 'a'",
                "id = 'a' OR n = 1",
                "id NIN ['a']",
                "id = n",
                "tags.id = 'a'",
                "id IN ['a', 1]",
                "n = 1"
            })
    void condition_thatDoesNot_isNot(String condition) {
        assertThat(Query.parse("SELECT * WHERE " + condition, "things").candidates("id"))
                .isEmpty();
    }

    @Test
    void store_isNotAskedForWhatNoIdCanBe() {
        Query query = Query.parse("SELECT * WHERE id IN ['', 'x\0y', 'two words', 'a']", "things");

        page(query, true, Optional.empty(), 10);

        assertThat(looked).containsExactly("a");
    }

    @Test
    void answers_areTheSameByKeyAndByLookingAtEverything() {
        Random random = new Random(20261122);
        for (int round = 0; round < 2000; round++) {
            stored.clear();
            for (String id : IDS) {
                if (random.nextInt(3) > 0) {
                    stored.put(key(id), Map.of("id", id, "n", random.nextInt(3)));
                }
            }
            String text = (random.nextInt(4) == 0
                            ? "SELECT COUNT() AS count"
                            : "SELECT TOP " + (1 + random.nextInt(9)) + " *")
                    + " WHERE " + condition(random, 3);
            Query query = Query.parse(text, "things");
            int size = 1 + random.nextInt(4);

            assertThat(all(query, true, size)).as(text).isEqualTo(all(query, false, size));
        }
    }

    private static String condition(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 4)) {
            case 0 -> "id = '" + id(random) + "'";
            case 1 -> "'" + id(random) + "' = id";
            case 2 -> "id IN ['" + id(random) + "', '" + id(random) + "', '" + id(random) + "']";
            case 3 -> "n = " + random.nextInt(3);
            case 4 -> "NOT (" + condition(random, depth - 1) + ")";
            case 5 -> "(" + condition(random, depth - 1) + " OR " + condition(random, depth - 1) + ")";
            default -> "(" + condition(random, depth - 1) + " AND " + condition(random, depth - 1) + ")";
        };
    }

    private static String id(Random random) {
        return random.nextInt(8) == 0 ? "nobody" : IDS.get(random.nextInt(IDS.size()));
    }

    private List<Map<String, Object>> all(Query query, boolean byKey, int size) {
        List<Map<String, Object>> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Map<String, Object>> page = page(query, byKey, after, size);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(size);
            all.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return all;
    }

    private Page<Map<String, Object>> page(Query query, boolean byKey, Optional<String> after, int size) {
        // An index of what no document has is never used.
        KeyIndex<Map<String, Object>> used = byKey ? index : new KeyIndex<>("none", KeyIndexTest::key, this::find);
        return new Search<>(this::everything, used, found -> found).page(query, new Page.Request(after, size));
    }

    private Optional<Map<String, Object>> find(String key) {
        looked.add(key);
        return Optional.ofNullable(stored.get(key));
    }

    private Page<Map<String, Object>> everything(Page.Request request) {
        List<Map.Entry<String, Map<String, Object>>> rest = List.copyOf(request.after()
                .map(after -> stored.tailMap(after, false))
                .orElse(stored)
                .entrySet());
        List<Map.Entry<String, Map<String, Object>>> some = rest.subList(0, Math.min(request.size(), rest.size()));
        return new Page<>(
                some.stream().map(Map.Entry::getValue).toList(),
                some.size() < rest.size() ? Optional.of(some.getLast().getKey()) : Optional.empty());
    }

    private static String key(String id) {
        return id.toLowerCase(Locale.ROOT);
    }
}
