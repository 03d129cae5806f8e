package dev.muster.enrollment;

import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A primary and a secondary of something, so that one can be rolled while the other works. At least one is there. */
public record Slots<T>(@Nullable T primary, @Nullable T secondary) {
    public Slots {
        if (primary == null && secondary == null) {
            throw new IllegalArgumentException("a primary or a secondary is needed");
        }
    }

    public Stream<T> stream() {
        return Stream.of(Optional.ofNullable(primary), Optional.ofNullable(secondary))
                .flatMap(Optional::stream);
    }

    public <R> Slots<R> map(Function<T, R> change) {
        return new Slots<>(
                primary == null ? null : change.apply(primary), secondary == null ? null : change.apply(secondary));
    }
}
