package dev.muster.query;

import dev.muster.base.Page;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The way to the items of a collection by the text that is in one of their members, past all the others. Immutable.
 *
 * @param member of the documents, in which each has a text of its own
 * @param key what the text is found by, which may be the same for several
 * @param find what is found by a key
 */
public record KeyIndex<T>(String member, UnaryOperator<String> key, Function<String, Optional<T>> find) {
    /** The items with one of these texts, and perhaps others of the same key, as a collection in the order of keys. */
    Function<Page.Request, Page<T>> among(Set<String> texts) {
        NavigableSet<String> keys =
                texts.stream().filter(KeyIndex::isPlain).map(key).collect(Collectors.toCollection(TreeSet::new));
        return request -> page(keys, request);
    }

    /** No id has anything else, and not every store can be asked for it. */
    private static boolean isPlain(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private Page<T> page(NavigableSet<String> keys, Page.Request request) {
        NavigableSet<String> rest =
                request.after().map(after -> keys.tailSet(after, false)).orElse(keys);
        List<String> some = rest.stream().limit(request.size()).toList();
        return new Page<>(
                some.stream().map(find).flatMap(Optional::stream).toList(),
                rest.size() > some.size() ? Optional.of(some.getLast()) : Optional.empty());
    }
}
