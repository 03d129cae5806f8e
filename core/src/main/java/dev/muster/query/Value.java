package dev.muster.query;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What an expression comes to. Immutable. */
sealed interface Value {
    /** Neither true nor false nor anything else: a member that is not there, or a comparison that makes no sense. */
    record Undefined() implements Value {}

    record Null() implements Value {}

    record Truth(boolean value) implements Value {}

    record Numeric(Number number) implements Value {
        /** What fits into an integer is one, so that results print as the operands did. */
        static Value of(double result) {
            if (!Double.isFinite(result)) {
                return new Undefined();
            }
            boolean whole = result == Math.rint(result) && Math.abs(result) <= LARGEST_EXACT_INTEGER;
            return whole ? new Numeric((long) result) : new Numeric(result);
        }

        double value() {
            return number.doubleValue();
        }
    }

    record Text(String value) implements Value {}

    /** An object or an array, which can be selected and not compared. */
    record Structure(Object json) implements Value {}

    /** Up to here every integer is a double of its own. */
    double LARGEST_EXACT_INTEGER = 1L << 53;

    static Value of(@Nullable Object json) {
        return switch (json) {
            case null -> new Null();
            case Boolean truth -> new Truth(truth);
            case Number number -> new Numeric(number);
            case String text -> new Text(text);
            default -> new Structure(json);
        };
    }

    default boolean isDefined() {
        return !(this instanceof Undefined);
    }

    default boolean isTrue() {
        return this instanceof Truth(boolean value) && value;
    }

    /** The plain JSON value; of what is defined only. */
    default @Nullable Object json() {
        return switch (this) {
            case Undefined() -> throw new IllegalStateException("undefined has no JSON");
            case Null() -> null;
            case Truth(boolean value) -> value;
            case Numeric(Number number) -> number;
            case Text(String value) -> value;
            case Structure(Object json) -> json;
        };
    }

    /**
     * Negative, 0 or positive; empty where the two cannot be compared: of different types, undefined, or not simple.
     */
    default OptionalInt compare(Value other) {
        return switch (this) {
            case Null() when other instanceof Null -> OptionalInt.of(0);
            case Truth(boolean value)
            when other instanceof Truth(boolean that) -> OptionalInt.of(Boolean.compare(value, that));
            // Not Double.compare, to which the two zeros differ.
            case Numeric left
            when other instanceof Numeric right ->
                OptionalInt.of(left.value() < right.value() ? -1 : left.value() > right.value() ? 1 : 0);
            case Text(String value) when other instanceof Text(String that) -> OptionalInt.of(value.compareTo(that));
            case Undefined _, Null _, Truth _, Numeric _, Text _, Structure _ -> OptionalInt.empty();
        };
    }
}
