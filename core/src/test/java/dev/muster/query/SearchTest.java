package dev.muster.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.base.Page;
import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SearchTest {
    private static final int SIZE = 250_000;

    private int reads;
    private int read;
    private final Search<Integer> search = new Search<>(
            this::numbers,
            new KeyIndex<>("name", UnaryOperator.identity(), _ -> Optional.empty()),
            number -> Map.of("n", number));

    @Test
    void everything_comesInFullPages_eachWithOneRead() {
        Page<Map<String, Object>> page =
                search.page(Query.parse("SELECT *", "numbers"), new Page.Request(Optional.empty(), 100));

        assertThat(page.items()).hasSize(100);
        assertThat(reads).isEqualTo(1);
    }

    @Test
    void everyResult_comesOnce() {
        Query query = Query.parse("SELECT n FROM numbers WHERE n % 7 = 0", "numbers");

        assertThat(all(query, 50))
                .containsExactlyElementsOf(
                        IntStream.range(0, SIZE).filter(n -> n % 7 == 0).boxed().toList());
    }

    @Test
    void search_forWhatIsRare_endsEarlyWithAPlaceToGoOnFrom() {
        Query query = Query.parse("SELECT n WHERE n = " + (SIZE - 1), "numbers");

        Page<Map<String, Object>> first = search.page(query, new Page.Request(Optional.empty(), 1000));

        assertThat(first.items()).isEmpty();
        assertThat(first.next()).isPresent();
        assertThat(read).isEqualTo(Search.MAX_LOOKED_AT_FOR_NOTHING);
        assertThat(all(query, 1000)).containsExactly(SIZE - 1);
    }

    @Test
    void search_thatFoundSomething_endsEarlier() {
        search.page(Query.parse("SELECT n WHERE n = 5", "numbers"), new Page.Request(Optional.empty(), 1000));

        assertThat(read).isBetween(Search.MAX_LOOKED_AT, 2 * Search.MAX_LOOKED_AT);
    }

    /** Java's hub client fails on an empty page at the end. */
    @Test
    void fullPage_afterWhichNothingIsSelected_isTheLast() {
        Query query = Query.parse("SELECT n WHERE n < 4 OR n = 5000", "numbers");

        Page<Map<String, Object>> first = search.page(query, new Page.Request(Optional.empty(), 4));
        Page<Map<String, Object>> second = search.page(query, new Page.Request(first.next(), 4));

        assertThat(first.items()).hasSize(4);
        assertThat(second.items()).containsExactly(Map.of("n", 5000));
        Query few = Query.parse("SELECT n WHERE n >= 249990 AND n < 249994", "numbers");
        assertThat(all(few, 4)).containsExactly(249_990, 249_991, 249_992, 249_993);
        assertThat(search.page(few, new Page.Request(Optional.of("0 249980"), 6))
                        .next())
                .isEmpty();
    }

    @Test
    void top_endsTheSearchOnWhateverPage() {
        assertThat(all(Query.parse("SELECT TOP 7 n", "numbers"), 3)).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(all(Query.parse("SELECT TOP 6 n", "numbers"), 3)).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void aggregation_looksAtEverything() {
        Page<Map<String, Object>> page = search.page(
                Query.parse("SELECT COUNT() AS count, MAX(n) AS most", "numbers"),
                new Page.Request(Optional.empty(), 1));

        assertThat(page.items()).containsExactly(Map.of("count", (long) SIZE, "most", SIZE - 1L));
        assertThat(page.next()).isEmpty();
    }

    @Test
    void continuation_ofStrangers_isRefused() {
        assertThatThrownBy(() ->
                        search.page(Query.parse("SELECT *", "numbers"), new Page.Request(Optional.of("nonsense"), 1)))
                .isInstanceOf(Refusal.class);
    }

    private List<Integer> all(Query query, int size) {
        List<Integer> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<Map<String, Object>> page = search.page(query, new Page.Request(after, size));
            page.items().forEach(item -> all.add((Integer) item.get("n")));
            after = page.next();
        } while (after.isPresent());
        return all;
    }

    private Page<Integer> numbers(Page.Request request) {
        int start = request.after().map(Integer::parseInt).orElse(-1) + 1;
        int end = Math.min(start + request.size(), SIZE);
        reads++;
        read += end - start;
        return new Page<>(
                IntStream.range(start, end).boxed().toList(),
                end < SIZE ? Optional.of(Integer.toString(end - 1)) : Optional.empty());
    }
}
