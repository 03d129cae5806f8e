package dev.muster.query;

import dev.muster.base.Page;
import dev.muster.base.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks through a collection for what a query selects, a bounded piece at a time. Safe for any number of threads if the
 * collection is.
 */
public final class Search<T> {
    /** Rather than look at more documents, a page comes back short, with a place to go on from. */
    static final int MAX_LOOKED_AT = 10_000;

    /** The same while nothing was found: pages that are empty and not the last are more than some clients can take. */
    static final int MAX_LOOKED_AT_FOR_NOTHING = 100_000;

    /** Groups are made in one go, so there is an end to what they can be made of. */
    static final int MAX_AGGREGATED = 1_000_000;

    private static final int CHUNK = 1000;
    private static final int LOOK_AHEAD = 100;

    private final Function<Page.Request, Page<T>> everything;
    private final KeyIndex<T> index;
    private final Function<T, Map<String, Object>> document;

    /**
     * @param everything the whole collection
     * @param index by which a query that names the keys is answered, whatever the size of the collection
     * @param document what the query sees of an item, and selects
     */
    public Search(
            Function<Page.Request, Page<T>> everything, KeyIndex<T> index, Function<T, Map<String, Object>> document) {
        this.everything = everything;
        this.index = index;
        this.document = document;
    }

    /**
     * Results of the query, in the order of the collection, or of the keys where the query names them.
     *
     * @param request its place to begin from being one that an earlier page of the same query gave
     * @throws Refusal INVALID_ARGUMENT for another place, or when there is too much to aggregate
     */
    public Page<Map<String, Object>> page(Query query, Page.Request request) {
        Function<Page.Request, Page<T>> collection =
                query.candidates(index.member()).map(index::among).orElse(everything);
        return query.isAggregate()
                ? new Page<>(aggregate(query, collection), Optional.empty())
                : find(query, collection, request);
    }

    /**
     * How far a search has come.
     *
     * @param delivered how many results there were on the pages before
     * @param after in the collection; empty before its beginning
     */
    private record Position(int delivered, Optional<String> after) {
        private static final char SEPARATOR = ' ';

        static Position parse(String text) {
            int separator = Math.max(text.indexOf(SEPARATOR), 0);
            try {
                return new Position(
                        Integer.parseInt(text, 0, separator, 10), Optional.of(text.substring(separator + 1)));
            } catch (NumberFormatException e) {
                throw SyntaxError.of("The continuation is not one that was given.");
            }
        }

        @Override
        public String toString() {
            return delivered + String.valueOf(SEPARATOR) + after.orElseThrow();
        }
    }

    private Page<Map<String, Object>> find(
            Query query, Function<Page.Request, Page<T>> collection, Page.Request request) {
        Position start = request.after().map(Position::parse).orElse(new Position(0, Optional.empty()));
        int wanted = (int)
                Math.min(request.size(), query.top().orElse(Integer.MAX_VALUE) - (long) Math.max(start.delivered, 0));
        List<Map<String, Object>> found = new ArrayList<>();
        Optional<String> after = start.after;
        int lookedAt = 0;
        boolean more = wanted > 0;
        // It can only be gone on from where a read ended, so no more is read than fits on the page; and half a page is
        // enough, or its last places would be filled by reads of single items.
        while (more && lookedAt < limit(found) && found.size() <= wanted / 2) {
            Page<T> items = collection.apply(new Page.Request(after, wanted - found.size()));
            items.items().stream()
                    .map(document)
                    .filter(query::selects)
                    .map(query::project)
                    .forEach(found::add);
            lookedAt += items.items().size();
            after = items.next();
            more = after.isPresent();
        }
        int delivered = start.delivered + found.size();
        if (delivered >= query.top().orElse(Integer.MAX_VALUE)) {
            return new Page<>(found, Optional.empty());
        }
        Optional<String> next =
                query.selectsAll() ? after : nextFound(query, collection, after, limit(found) - lookedAt);
        return new Page<>(found, next.map(key -> new Position(delivered, Optional.of(key)).toString()));
    }

    private static int limit(List<?> found) {
        return found.isEmpty() ? MAX_LOOKED_AT_FOR_NOTHING : MAX_LOOKED_AT;
    }

    /**
     * Where to go on from, if there is something to be found: IoT Hub's Java client asks for another page whenever it
     * may, and fails if that is empty.
     */
    private Optional<String> nextFound(
            Query query, Function<Page.Request, Page<T>> collection, Optional<String> start, int most) {
        Optional<String> after = start;
        int lookedAt = 0;
        while (after.isPresent() && lookedAt < most) {
            Page<T> items = collection.apply(new Page.Request(after, LOOK_AHEAD));
            if (items.items().stream().map(document).anyMatch(query::selects)) {
                return after;
            }
            lookedAt += items.items().size();
            after = items.next();
        }
        return after;
    }

    private List<Map<String, Object>> aggregate(Query query, Function<Page.Request, Page<T>> collection) {
        Aggregation aggregation = query.aggregation();
        Optional<String> after = Optional.empty();
        int lookedAt = 0;
        do {
            Page<T> items = collection.apply(new Page.Request(after, CHUNK));
            items.items().stream().map(document).filter(query::selects).forEach(aggregation::add);
            lookedAt += items.items().size();
            after = items.next();
            if (lookedAt > MAX_AGGREGATED) {
                throw SyntaxError.of("More than " + MAX_AGGREGATED + " documents cannot be grouped.");
            }
        } while (after.isPresent());
        List<Map<String, Object>> results = aggregation.results();
        return results.subList(0, Math.min(results.size(), query.top().orElse(Integer.MAX_VALUE)));
    }
}
