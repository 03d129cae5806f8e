package dev.muster.base;

import java.util.List;
import java.util.Optional;

/**
 * A part of a longer list.
 *
 * @param items in the order of their keys
 * @param next the key to continue after; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
        items = List.copyOf(items);
    }

    /** What to read: at most {@code size} items whose key comes after {@code after}. */
    public record Request(Optional<String> after, int size) {
        public Request {
            if (size < 1) {
                throw new IllegalArgumentException("a page holds at least one item");
            }
        }

        public static Request first(int size) {
            return new Request(Optional.empty(), size);
        }
    }
}
