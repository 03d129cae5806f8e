package dev.muster.server.store;

import dev.muster.pki.Thumbprint;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A list of thumbprints as a column: with spaces between, null where there are none. */
final class Thumbprints {
    private Thumbprints() {}

    static @Nullable String print(List<Thumbprint> thumbprints) {
        return thumbprints.isEmpty()
                ? null
                : thumbprints.stream().map(Thumbprint::hex).collect(Collectors.joining(" "));
    }

    static List<Thumbprint> parse(Optional<String> column) {
        return column.stream()
                .flatMap(text -> Stream.of(text.split(" ")))
                .map(Thumbprint::new)
                .toList();
    }
}
