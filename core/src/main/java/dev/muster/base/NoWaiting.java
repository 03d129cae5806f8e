package dev.muster.base;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Work that is done with what is in memory or not at all: for event loops, on which a thread that waits holds up
 * everybody's connections. Whoever may make a thread wait says so ({@link #end}) before it does.
 */
public final class NoWaiting {
    private static final ScopedValue<Boolean> IN_FORCE = ScopedValue.newInstance();

    private NoWaiting() {}

    /** Ends an attempt. Has no stack trace, since it is thrown often and never seen. */
    private static final class WouldWait extends RuntimeException {
        private static final long serialVersionUID = 1;

        private WouldWait() {
            super("this work has to wait, and must not", null, false, false);
        }
    }

    /**
     * Does the work unless it would have to wait.
     *
     * @param work has no effects before the last point where it may have to wait: a thread that may do so then begins
     *     it anew
     * @return empty if it would have had to wait
     */
    public static <T> Optional<T> attempt(Supplier<T> work) {
        try {
            return Optional.of(ScopedValue.where(IN_FORCE, true).call(work::get));
        } catch (WouldWait _) {
            return Optional.empty();
        }
    }

    /**
     * Goes no further in an {@link #attempt}; does nothing elsewhere. To be called before anything that may wait, or
     * may take as long.
     */
    public static void end() {
        if (IN_FORCE.isBound()) {
            throw new WouldWait();
        }
    }
}
