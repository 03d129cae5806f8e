package dev.muster.base;

import java.util.Optional;

/** What a writer demands of the stored entity before it is changed (RFC 9110 section 13.1). */
public sealed interface Precondition {
    /** Write whatever is there, or nothing. */
    record Always() implements Precondition {}

    /** Create: nothing of that name may exist. */
    record Absent() implements Precondition {}

    /** Something of that name must exist; {@code If-Match: *}. */
    record Present() implements Precondition {}

    /** The stored entity must still carry this mark. */
    record Matches(Etag etag) implements Precondition {}

    /**
     * Checks this demand against what is stored.
     *
     * @param what names the entity in the refusal
     * @throws Refusal ALREADY_EXISTS or PRECONDITION_FAILED
     */
    default void check(String what, Optional<Etag> stored) {
        switch (this) {
            case Always() -> {}
            case Absent() -> {
                if (stored.isPresent()) {
                    throw new Refusal(
                            Refusal.Reason.ALREADY_EXISTS,
                            what + " already exists.",
                            new Explanation(
                                    what,
                                    "it has the etag " + stored.get().value(),
                                    "to replace it, send If-Match with this etag, or with * for any"));
                }
            }
            case Present() -> {
                if (stored.isEmpty()) {
                    throw new Refusal(Refusal.Reason.PRECONDITION_FAILED, what + " does not exist.");
                }
            }
            case Matches(Etag etag) -> {
                if (stored.isEmpty() || !stored.get().equals(etag)) {
                    throw new Refusal(
                            Refusal.Reason.PRECONDITION_FAILED, what + " has changed: its etag is not the one given.");
                }
            }
        }
    }
}
