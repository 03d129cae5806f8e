package dev.muster.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Counters of one name, each made when its labels first come up and looked up from then on. What devices choose is no
 * label, for their number would have no bound. Safe for any number of threads.
 */
final class Counters {
    private final MeterRegistry registry;
    private final String name;
    private final String description;
    private final List<String> labels;
    private final Map<List<String>, Counter> byValues = new ConcurrentHashMap<>();

    Counters(MeterRegistry registry, String name, String description, String... labels) {
        this.registry = registry;
        this.name = name;
        this.description = description;
        this.labels = List.of(labels);
    }

    /** @param values of the labels, in their order */
    void increment(String... values) {
        byValues.computeIfAbsent(List.of(values), this::counter).increment();
    }

    private Counter counter(List<String> values) {
        return Counter.builder(name)
                .description(description)
                .tags(IntStream.range(0, labels.size())
                        .mapToObj(index -> Tag.of(labels.get(index), values.get(index)))
                        .toList())
                .register(registry);
    }
}
