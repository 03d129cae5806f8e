package dev.muster.cli.apply;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a setup file declares. A section that the file does not have says nothing of what is there; an empty one says
 * that there is to be none. Immutable.
 *
 * @param file what to call it
 */
public record Setup(
        String file,
        Optional<List<Declared.CaCertificate>> certificates,
        Optional<List<Declared.Hub>> hubs,
        Optional<Declared.AllocationPolicy> allocationPolicy,
        Optional<List<Declared.Policy>> policies,
        Entries entries) {
    /** What is written as one body each. */
    record Entries(
            Optional<List<Declared.Entry>> groups,
            Optional<List<Declared.Entry>> enrollments,
            Optional<List<Declared.Entry>> devices) {}

    /** How many things are declared. */
    int size() {
        return Stream.<Optional<? extends List<?>>>of(
                                certificates, hubs, policies, entries.groups, entries.enrollments, entries.devices)
                        .mapToInt(section -> section.map(List::size).orElse(0))
                        .sum()
                + (allocationPolicy.isPresent() ? 1 : 0);
    }
}
