package dev.muster.server.memory;

import dev.muster.base.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/** Values in the order of their keys. */
final class Shelf<T> {
    private final ConcurrentSkipListMap<String, T> values = new ConcurrentSkipListMap<>();

    Optional<T> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    void put(String key, T value) {
        values.put(key, value);
    }

    void remove(String key) {
        values.remove(key);
    }

    List<T> all() {
        return List.copyOf(values.values());
    }

    Page<T> page(Page.Request request, Predicate<T> wanted) {
        List<Map.Entry<String, T>> rest =
                request.after().map(after -> values.tailMap(after, false)).orElse(values).entrySet().stream()
                        .filter(entry -> wanted.test(entry.getValue()))
                        .limit(request.size() + 1L)
                        .toList();
        boolean more = rest.size() > request.size();
        List<Map.Entry<String, T>> items = more ? rest.subList(0, request.size()) : rest;
        return new Page<>(
                items.stream().map(Map.Entry::getValue).toList(),
                more ? Optional.of(items.getLast().getKey()) : Optional.empty());
    }
}
